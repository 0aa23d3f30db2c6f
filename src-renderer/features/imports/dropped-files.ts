/** One file to send: its place relative to what was chosen, and the way to its bytes. */
export type SourceFile = Readonly<{ path: string, open: () => Promise<Blob> }>

type Entry = Pick<FileSystemEntry, 'isFile' | 'isDirectory' | 'name'>
type FileEntry = Entry & Pick<FileSystemFileEntry, 'file'>
type DirectoryEntry = Entry & Pick<FileSystemDirectoryEntry, 'createReader'>

const isFileEntry = (entry: Entry): entry is FileEntry => entry.isFile && 'file' in entry
const isDirectoryEntry = (entry: Entry): entry is DirectoryEntry => entry.isDirectory && 'createReader' in entry

/**
 * Every file below what was dropped, folders first to last. Breadth is bounded by what one folder holds; bytes are not read here.
 * `onCount` hears how many were found so far.
 */
export async function filesOfEntries(entries: readonly Entry[], signal: AbortSignal, onCount: (count: number) => void = () => {}): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  const waiting: { entry: Entry, path: string }[] = entries.map((entry) => ({ entry, path: entry.name })).toReversed()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    signal.throwIfAborted()
    const { entry, path } = next
    if (isFileEntry(entry)) {
      files.push({ path, open: () => fileOf(entry) })
      onCount(files.length)
    } else if (isDirectoryEntry(entry)) {
      const children = await childrenOf(entry)
      waiting.push(...children.map((child) => ({ entry: child, path: `${path}/${child.name}` })).toReversed())
    }
  }
  return files
}

/** Files of a picker: `webkitRelativePath` is empty where single files were chosen. */
export function filesOfPicker(list: Iterable<File>): SourceFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, open: () => Promise.resolve(file) }))
}

/** What to call an import in the tray: the one folder or file, or how many. */
export function labelOf(names: readonly string[]): string {
  const [first] = names
  if (first === undefined) return 'Nothing'
  return names.length === 1 ? first : `${first} and ${names.length - 1} more`
}

function fileOf(entry: FileEntry): Promise<File> {
  return new Promise((done, reject) => { entry.file(done, reject) })
}

/** `readEntries` gives at most a hundred at a time in Chromium, and an empty list at the end. */
async function childrenOf(entry: DirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, reject) => { reader.readEntries(done, reject) })
    if (some.length === 0) return children
    children.push(...some)
  }
}
