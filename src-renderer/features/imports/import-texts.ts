import type { ImportProgress } from '../../../src-shared/studies.ts'
import { bytesText, counted, countText } from '../../ui/format.ts'

export function isUnderWay({ state }: Pick<ImportProgress, 'state'>): boolean {
  return state === 'receiving' || state === 'running'
}

/** "1,204 of 3,000 · 210 files/s · 84 MB/s", as far as it is known. */
export function rateText(progress: ImportProgress): string {
  const { done, total, bytesDone, filesPerSecond, megabytesPerSecond } = progress
  return [
    total === null ? `${counted(done, 'file')}, still counting` : `${countText(done)} of ${countText(total)}`,
    bytesDone > 0 ? bytesText(bytesDone) : '',
    filesPerSecond === null ? '' : `${filesPerSecond < 10 ? filesPerSecond.toFixed(1) : Math.round(filesPerSecond)} files/s`,
    megabytesPerSecond === null ? '' : `${megabytesPerSecond.toFixed(megabytesPerSecond < 10 ? 1 : 0)} MB/s`
  ].filter((part) => part !== '').join(' · ')
}

/** "298 imported, 2 already here, 3 not taken in". */
export function outcomeText({ imported, duplicates, rejected }: Pick<ImportProgress, 'imported' | 'duplicates' | 'rejected'>): string {
  const parts = [`${countText(imported)} imported`, duplicates > 0 ? `${countText(duplicates)} already here` : '', rejected > 0 ? `${countText(rejected)} not taken in` : '']
  return parts.filter((part) => part !== '').join(', ')
}

const stateNames: Readonly<Record<ImportProgress['state'], string>> = {
  receiving: 'receiving', running: 'running', done: 'done', cancelled: 'cancelled', failed: 'stopped', interrupted: 'interrupted'
}

export function stateText({ state }: Pick<ImportProgress, 'state'>): string {
  return stateNames[state]
}
