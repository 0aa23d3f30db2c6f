import { useQueryClient } from '@tanstack/react-query'
import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { TagRow } from '../../../../src-shared/tags.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { tagValueQuery } from '../../../api/queries.ts'
import { countText } from '../../../ui/format.ts'
import { useNotify } from '../../../ui/notices.tsx'
import { rowText, valueText, visible } from './tag-texts.ts'

export type TagCopies = Readonly<{ value: (row: TagRow) => void, row: (row: TagRow) => void, all: (rows: readonly TagRow[]) => void }>

/** Puts attributes on the clipboard and says so. A single value is copied whole, also where the list shows only its beginning. */
export function useTagCopies(sopInstanceUid: SopInstanceUid, isCovered: boolean): TagCopies {
  const api = useApi()
  const queries = useQueryClient()
  const notify = useNotify()
  const wholeOf = async (row: TagRow): Promise<TagRow> => row.isCut && !(isCovered && row.isPatientData)
    ? { ...row, value: visible((await queries.fetchQuery(tagValueQuery(api, sopInstanceUid, row.path))).value) } : row
  const put = (text: () => Promise<string> | string, done: string) => {
    Promise.resolve().then(text).then((made) => navigator.clipboard.writeText(made))
      .then(() => { notify('done', done) }, (error: unknown) => { notify('error', `Nothing was copied. ${messageOf(error)}`) })
  }
  return {
    value: (row) => { put(async () => valueText(await wholeOf(row), isCovered), 'The value is copied.') },
    row: (row) => { put(async () => rowText(await wholeOf(row), isCovered), 'The row is copied.') },
    all: (rows) => {
      const cut = rows.filter((row) => row.isCut).length
      put(() => `${rows.map((row) => rowText(row, isCovered)).join('\n')}\n`, `${countText(rows.length)} ${rows.length === 1 ? 'line is' : 'lines are'} copied${cut === 0 ? '.' : `, ${countText(cut)} of them with a value cut short.`}`)
    }
  }
}
