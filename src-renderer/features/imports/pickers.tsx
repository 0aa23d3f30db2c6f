import { useRef } from 'react'
import { useCommands } from '../../ui/commands-context.tsx'
import type { ImportActions } from './import-actions.ts'
import { useImportsStore } from './imports-state.ts'

/** The file and folder pickers, and the commands that open them: of the shell where there is one, else the browser's own. */
export function Pickers({ actions }: Readonly<{ actions: ImportActions }>) {
  const folder = useRef<HTMLInputElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const store = useImportsStore()
  useCommands([
    { id: 'import.folder', run: () => { pick(folder.current, window.vigil?.pickFolder, actions) } },
    { id: 'import.files', run: () => { pick(files.current, window.vigil?.pickFiles, actions) } },
    { id: 'import.demo', run: () => { actions.demo() } },
    { id: 'import.history', run: () => { store.getState().openHistory(true) } }
  ])
  const onPicked = (input: HTMLInputElement) => {
    actions.fromPicker([...(input.files ?? [])])
    input.value = ''
  }
  return (
    <>
      <input ref={folder} type="file" hidden multiple data-picker="folder" aria-label="Folder to import" onChange={(event) => { onPicked(event.currentTarget) }} {...{ webkitdirectory: '' }} />
      <input ref={files} type="file" hidden multiple data-picker="files" aria-label="Files to import" onChange={(event) => { onPicked(event.currentTarget) }} />
    </>
  )
}

function pick(input: HTMLInputElement | null, native: (() => Promise<readonly string[]>) | undefined, actions: ImportActions): void {
  if (native === undefined) input?.click()
  else void native().then(actions.fromPaths)
}
