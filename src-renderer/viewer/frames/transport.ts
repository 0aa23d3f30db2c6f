import { AppError, ErrorBody } from '../../../src-shared/errors.ts'
import { Annotation, AnnotationList, type AnnotationWrite } from '../../../src-shared/annotations.ts'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import { SeriesDescription } from '../../../src-shared/studies.ts'
import { unanswered } from './unanswered.ts'

/** `photometricInterpretation`: of these bytes, where the edge says so; decoding may have changed it. */
export type FrameBytes = Readonly<{ bytes: Uint8Array<ArrayBuffer>; photometricInterpretation: string | null }>

/** What the viewer asks of the edge. Every answer is parsed; a refusal throws the edge's own `AppError`. */
export interface ViewerTransport {
  describeSeries(seriesUid: SeriesUid, signal: AbortSignal): Promise<SeriesDescription>
  /** One frame's bytes: as stored, or decoded by the edge into little-endian pixel cells. */
  frame(sopInstanceUid: SopInstanceUid, frameNumber: number, options: Readonly<{ isDecoded: boolean; signal: AbortSignal }>): Promise<FrameBytes>
  annotations(studyUid: StudyUid): Promise<readonly Annotation[]>
  saveAnnotation(write: AnnotationWrite): Promise<Annotation>
  deleteAnnotation(id: string, revision: number): Promise<void>
}

/** `fetcher`: the window's fetch, or one that adds what the host needs. Paths are relative, so both hosts are served. */
export function createHttpTransport(fetcher: typeof fetch = (input, init) => fetch(input, init)): ViewerTransport {
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetcher(path, init).catch((cause: unknown) => { throw unanswered(cause) })
    if (!response.ok) throw await refusalOf(response)
    return response
  }
  return {
    describeSeries: async (seriesUid, signal) => SeriesDescription.parse(await (await ask(`/api/series/${seriesUid}`, { signal })).json()),
    frame: async (sopInstanceUid, frameNumber, { isDecoded, signal }) => {
      const response = await ask(`/api/instances/${sopInstanceUid}/frames/${frameNumber}${isDecoded ? '?decoded=1' : ''}`, { signal })
      return { bytes: new Uint8Array(await response.arrayBuffer()), photometricInterpretation: response.headers.get('x-photometric-interpretation') }
    },
    annotations: async (studyUid) => AnnotationList.parse(await (await ask(`/api/studies/${studyUid}/annotations`)).json()).annotations,
    saveAnnotation: async (write) => {
      const body = JSON.stringify(write)
      const response = await ask(`/api/annotations/${write.id}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body, keepalive: outlivesPage(body.length) })
      return Annotation.parse(await response.json())
    },
    deleteAnnotation: async (id, revision) => { await ask(`/api/annotations/${id}?revision=${revision}`, { method: 'DELETE', keepalive: outlivesPage(0) }) }
  }
}

/**
 * Whether a request is to be carried through though the page is closed meanwhile. All such requests together may hold 64 KiB (Fetch, 4.6); where the
 * application serves its own scheme, the main process has it at once.
 */
function outlivesPage(bytes: number): boolean {
  return bytes < 30_000 && 'location' in globalThis && location.protocol.startsWith('http')
}

async function refusalOf(response: Response): Promise<AppError> {
  return refusalFrom(response.status, await response.text().catch(() => ''))
}

/** The edge's own refusal out of an answer that is no success. */
export function refusalFrom(status: number, text: string): AppError {
  const body = ErrorBody.safeParse(jsonOf(text))
  if (body.success) return new AppError(body.data.error.code, body.data.error.message)
  return new AppError('internal', `The workstation answered ${status} without a reason.`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page in words: it is no refusal of ours.
    return null
  }
}
