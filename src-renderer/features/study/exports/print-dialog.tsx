import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useApi } from '../../../api/api-context.tsx'
import type { Api } from '../../../api/api.ts'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { personName } from '../../../ui/format.ts'
import { canvasBlob, composeGrid, composePane } from './compose-pane.ts'
import { Check, Choice, burntIn } from './export-choices.tsx'
import type { ExportPane } from './export-source.ts'
import { PrintSheet, type PrintPage } from './print-sheet.tsx'

type Sheets = 'one' | 'each' | 'grid'
type Wish = Readonly<{ sheets: Sheets, withOverlays: boolean, withNames: boolean }>

/** Finer than the screen, so that words and lines are sharp on paper. */
const paperScale = 2

/** Panes on white paper. Names are on by default: a sheet without one is taken for somebody else's. */
export function PrintDialog({ pane, panes, onClose }: Readonly<{ pane: ExportPane, panes: readonly ExportPane[], onClose: () => void }>) {
  const [wish, setWish] = useState<Wish>({ sheets: 'one', withOverlays: true, withNames: true })
  const api = useApi()
  const compose = useMutation({ mutationFn: async () => ({ pages: await pagesOf(api, wish, wish.sheets === 'one' ? [pane] : panes), printedAt: new Date().toLocaleString() }) })
  const sheet = compose.data
  useEffect(() => () => { for (const { source } of sheet?.pages ?? []) URL.revokeObjectURL(source) }, [sheet])
  useEffect(() => {
    window.addEventListener('afterprint', onClose)
    return () => { window.removeEventListener('afterprint', onClose) }
  }, [onClose])
  const many = panes.length > 1
  return (
    <>
      <Dialog isOpen onClose={onClose} title="Print">
        {compose.isError ? <p className="field-error" role="alert">{messageOf(compose.error)}</p> : null}
        <Choice<Sheets>
          legend="Pages" name="sheets" value={wish.sheets} onChange={(sheets) => { setWish({ ...wish, sheets }) }}
          options={[{ value: 'one', text: 'The active image' }, ...(many ? [{ value: 'each', text: `Each image on a page of its own (${panes.length})` } as const, { value: 'grid', text: 'The screen as it is, on one page' } as const] : [])]}
        />
        <Check label="With overlays" isOn={wish.withOverlays} onChange={(withOverlays) => { setWish({ ...wish, withOverlays }) }} />
        <Check label="With names" hint="Patient and study in the heading and in the corners." isOn={wish.withNames} onChange={(withNames) => { setWish({ ...wish, withNames }) }} />
        <p className="field-hint">{burntIn}</p>
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={compose.isPending} onClick={() => { compose.mutate() }}>{compose.isPending ? 'Preparing…' : 'Print'}</Button>
        </div>
      </Dialog>
      {sheet === undefined ? null : <PrintSheet {...sheet} onReady={() => { window.print() }} />}
    </>
  )
}

async function pagesOf(api: Api, { sheets, withOverlays, withNames }: Wish, panes: readonly ExportPane[]): Promise<readonly PrintPage[]> {
  const options = { withOverlays, withPatientData: withNames, scale: paperScale }
  const lines = (shown: readonly ExportPane[]) => headLines(shown, withNames)
  const pages = sheets === 'grid'
    ? [{ canvas: await composeGrid(panes, options), lines: lines(panes) }]
    : await Promise.all(panes.map(async (one) => ({ canvas: await composePane(one, options), lines: lines([one]) })))
  const studies = new Map(panes.map(({ studyUid }) => [studyUid, panes.filter((one) => one.studyUid === studyUid)]))
  for (const [studyUid, shown] of studies) await api.exports.record(studyUid, { kind: 'print', seriesUids: [...new Set(shown.map(({ seriesUid }) => seriesUid))], images: shown.length, hasNames: withNames })
  return Promise.all(pages.map(async (page, index) => ({ source: URL.createObjectURL(await canvasBlob(page.canvas)), lines: page.lines, alt: `Page ${index + 1}` })))
}

/** Whose and what. Panes of several studies, or even persons, each have their line. */
function headLines(panes: readonly ExportPane[], withNames: boolean): string[] {
  const patients = panes.map(({ description: { patient } }) => joined([personName(patient.name), patient.id, patient.birthDate === null ? '' : `born ${patient.birthDate}`, patient.sex]))
  const studies = panes.map(({ description: { studyDate, studyDescription } }) => joined([studyDate ?? '', studyDescription]))
  const images = panes.map(({ description: { modality, seriesNumber, description }, index, count, isStack }) =>
    joined([modality, seriesNumber === null ? '' : `series ${seriesNumber}`, withNames ? description : '', `${isStack ? 'image' : 'plane'} ${index + 1} of ${count}`]))
  return [...new Set([...(withNames ? [...patients, ...studies] : ['Patient not named on this sheet']), ...images])].filter((line) => line !== '')
}

const joined = (parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ')
