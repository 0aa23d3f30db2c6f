import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { queryKeys } from '../../api/queries.ts'
import { useNotify } from '../../ui/notices.tsx'
import { filesOfEntries, filesOfPicker, labelOf, type SourceFile } from './dropped-files.ts'
import { useImportsStore } from './imports-state.ts'
import { uploadFiles, UploadStoppedError } from './uploader.ts'

export type ImportActions = Readonly<{
  fromPaths: (paths: readonly string[]) => void
  fromPicker: (files: Iterable<File>) => void
  fromEntries: (entries: readonly FileSystemEntry[]) => void
  demo: () => void
  cancel: (id: string) => void
}>

/** Ways into the worklist. In the desktop window files are named by their path; in a browser they are sent. */
export function useImportActions(): ImportActions {
  const api = useApi()
  const store = useImportsStore()
  const notify = useNotify()
  const queryClient = useQueryClient()
  return useMemo(() => {
    const refresh = () => queryClient.invalidateQueries({ queryKey: queryKeys.imports })
    const guard = (work: Promise<void>) => {
      work.catch((error: unknown) => {
        store.getState().gather(null)
        notify('error', error instanceof UploadStoppedError ? error.message : messageOf(error))
      }).finally(() => { void refresh() })
    }
    const send = async (label: string, gather: (signal: AbortSignal) => Promise<readonly SourceFile[]>) => {
      const sender = new AbortController()
      store.getState().gather({ label, found: 0 })
      const files = await gather(sender.signal)
      if (files.length === 0) {
        store.getState().gather(null)
        notify('info', 'There are no files in what was chosen.')
        return
      }
      let importId: string | null = null
      const onOpened = (id: string) => { importId = id; store.getState().begin(id, sender); void refresh() }
      await uploadFiles({ imports: api.imports }, { label, files, signal: sender.signal, onOpened }).finally(() => { if (importId !== null) store.getState().end(importId) })
    }
    const begun = async (progress: ReturnType<typeof api.imports.fromPaths>) => { store.getState().begin((await progress).id, null) }
    return {
      fromPaths: (paths) => { if (paths.length > 0) guard(begun(api.imports.fromPaths(paths))) },
      fromPicker: (list) => {
        const files = filesOfPicker(list)
        guard(send(labelOf([...new Set(files.map((file) => file.path.split('/')[0] ?? file.path))]), () => Promise.resolve(files)))
      },
      fromEntries: (entries) => {
        const label = labelOf(entries.map((entry) => entry.name))
        guard(send(label, (signal) => filesOfEntries(entries, signal, (found) => { store.getState().gather({ label, found }) })))
      },
      demo: () => { guard(begun(api.studies.loadDemo())) },
      cancel: (id) => {
        store.getState().senders.get(id)?.abort()
        guard(api.imports.cancel(id))
      }
    }
  }, [api, store, notify, queryClient])
}
