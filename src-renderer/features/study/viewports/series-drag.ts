import { z } from 'zod'
import { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'

/** A type of our own, so that a series dragged within the window is never taken for files to import. */
export const seriesDragType = 'application/x-vigil-series'

const Dragged = z.object({ studyUid: StudyUid, seriesUid: SeriesUid })

export function writeSeriesDrag(transfer: DataTransfer, series: z.infer<typeof Dragged>): void {
  transfer.setData(seriesDragType, JSON.stringify(series))
  transfer.effectAllowed = 'copy'
}

/** Null where what was dropped is not a series of this window. */
export function readSeriesDrag(transfer: DataTransfer): z.infer<typeof Dragged> | null {
  try {
    return Dragged.parse(JSON.parse(transfer.getData(seriesDragType)))
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof z.ZodError) return null
    throw cause
  }
}
