import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePhantom } from '../../src-main/analysis/phantom/index.ts'
import { createEdge, type Edge } from '../../src-main/edge.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { createLog } from '../../src-main/platform/log.ts'
import { newRowId } from '../../src-main/platform/row-id.ts'
import type { PhantomTruth } from '../../src-shared/analysis.ts'
import type { AnnotationWrite } from '../../src-shared/annotations.ts'
import { mora, signedIn, type Browser } from './edge.ts'

export type ReviewedStudy = Readonly<{
  edge: Edge, browser: Browser, truth: PhantomTruth, folder: string
  url: string
  /** Draws on the image of the first finding, or in the patient where the change says so. */
  draw: (change: Partial<AnnotationWrite> & Pick<AnnotationWrite, 'tool' | 'pointsMm' | 'values'>) => Promise<void>
  sign: () => Promise<void>
  stop: () => Promise<void>
}>

/** Two stones in a whole edge: imported, measured in the worker, waiting for a clinician. */
export async function aReviewedStudy(changes: Readonly<Record<string, unknown>> = {}, environment: Readonly<Record<string, string>> = {}): Promise<ReviewedStudy> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-reviewed-'))
  const truth = await writePhantom({
    name: 'REVIEWED', rows: 200, columns: 240, slices: 60, pixelSpacingMm: [1.5, 1.4], sliceSpacingMm: 3, sliceThicknessMm: 3, centreMm: [0, 0, 75], noiseHu: 6, instanceOrder: 'reversed',
    objects: [
      { kind: 'stone', place: 'kidney', side: 'left', along: 0.7, diameterMm: 12, hu: 950 }, { kind: 'stone', place: 'kidney', side: 'right', along: 0.4, diameterMm: 9, hu: 700 }
    ], ...changes
  }, join(folder, 'dicom'))
  const edge = createEdge(parseConfig(environment, { dataDir: join(folder, 'data') }), { host: 'served', log: createLog(() => undefined), rendererDir: join(folder, 'no-renderer') })
  await edge.start()
  const browser = await signedIn(edge)
  const { analysis, studies } = edge.rooms
  await studies.importPaths([join(folder, 'dicom')], { actor: { id: newRowId(), name: 'Dr Test' } })
  await analysis.waitFor((await analysis.analyse(truth.studyUid, { protocol: 'auto' }, { id: newRowId(), name: 'Dr Test', role: 'clinician' })).id)
  const url = `/api/studies/${truth.studyUid}`
  const ok = async (response: Response): Promise<unknown> => {
    if (response.status >= 400) throw new Error(`${response.status}: ${await response.text()}`)
    return response.status === 204 ? null : response.json()
  }
  return {
    edge, browser, truth, folder, url,
    async draw(change) {
      const [finding] = analysis.findings.list(truth.studyUid)
      const id = newRowId()
      await ok(await browser.send('PUT', `/api/annotations/${id}`, {
        id, studyUid: truth.studyUid, seriesUid: truth.seriesUid, sopInstanceUid: finding?.sopInstanceUid, frameNumber: 1, label: '', graphic: { version: 2, basis: 'body', isInPatient: true }, revision: 0, ...change
      }))
    },
    async sign() {
      for (const { id, revision, status } of analysis.findings.list(truth.studyUid)) {
        if (status === 'proposed') await ok(await browser.send('POST', `/api/findings/${id}/verdict`, { verdict: 'accept', revision }))
      }
      const { revision } = await analysis.reports.get(truth.studyUid)
      await ok(await browser.send('POST', `${url}/report/sign`, { revision, password: mora.password }))
    },
    async stop() {
      await edge.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
