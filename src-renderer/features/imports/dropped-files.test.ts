import { describe, expect, it } from 'vitest'
import { filesOfEntries, filesOfPicker, labelOf } from './dropped-files.ts'

type Tree = { [name: string]: Tree | string }

/** A dropped entry as Chromium gives it: folders hand their children out a hundred at a time. */
function entryOf(name: string, tree: Tree | string, batch = 100): FileSystemEntry {
  const common = { name, fullPath: `/${name}`, filesystem: null as never, getParent: () => {} }
  if (typeof tree === 'string') return { ...common, isFile: true, isDirectory: false, file: (done: (file: File) => void) => { done(new File([tree], name)) } } as FileSystemEntry
  return {
    ...common, isFile: false, isDirectory: true,
    createReader: () => {
      const left = Object.entries(tree)
      return { readEntries: (done: (entries: FileSystemEntry[]) => void) => { done(left.splice(0, batch).map(([child, value]) => entryOf(child, value, batch))) } }
    }
  } as unknown as FileSystemEntry
}
const never = new AbortController().signal

describe('what was dropped', () => {
  it('is every file below it, with its place', async () => {
    const files = await filesOfEntries([entryOf('CT', { a: { '1.dcm': 'one', '2.dcm': 'two' }, b: {}, 'readme.txt': 'x' }), entryOf('single.dcm', 'alone')], never)
    expect(files.map(({ path }) => path)).toEqual(['CT/a/1.dcm', 'CT/a/2.dcm', 'CT/readme.txt', 'single.dcm'])
    expect(await (await files[1]?.open())?.text()).toBe('two')
  })
  it('is complete where a folder holds more than it gives at a time', async () => {
    const counts: number[] = []
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`${index}.dcm`, 'x']))
    expect(await filesOfEntries([entryOf('CT', many)], never, (count) => { counts.push(count) })).toHaveLength(250)
    expect(counts.at(-1)).toBe(250)
  })
  it('is not searched further once cancelled', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(filesOfEntries([entryOf('CT', { a: 'x' })], stop.signal)).rejects.toThrow()
  })
})

it('keeps the place of picked files as far as the browser tells it', () => {
  const loose = new File(['x'], 'a.dcm')
  const placed = Object.defineProperty(new File(['x'], 'b.dcm'), 'webkitRelativePath', { value: 'CT/b.dcm' })
  Object.defineProperty(loose, 'webkitRelativePath', { value: '' })
  expect(filesOfPicker([loose, placed]).map(({ path }) => path)).toEqual(['a.dcm', 'CT/b.dcm'])
})

it('names an import by what was chosen', () => { expect([labelOf(['CT']), labelOf(['CT', 'a.dcm', 'b.dcm'])]).toEqual(['CT', 'CT and 2 more']) })
