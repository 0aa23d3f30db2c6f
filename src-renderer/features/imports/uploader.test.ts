import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src-shared/errors.ts'
import { UnreachableError } from '../../api/failures.ts'
import { uploadFiles } from './uploader.ts'

const files = (count: number) => Array.from({ length: count }, (_, index) => ({ path: `CT/${index}.dcm`, open: () => Promise.resolve(new Blob(['x'])) }))
const progress = { id: 'import-1' } as never

/** The imports part of the client, noting what was asked; `answer` decides over each file. */
function anEdge(answer: (path: string, attempt: number) => Error | null = () => null) {
  const asked: string[] = []
  const attempts = new Map<string, number>()
  return {
    asked, attempts,
    imports: {
      open: (label: string, total: number | null) => { asked.push(`open ${label} ${total}`); return Promise.resolve(progress) },
      upload: (_id: string, path: string) => {
        const attempt = (attempts.get(path) ?? 0) + 1
        attempts.set(path, attempt)
        const error = answer(path, attempt)
        return error === null ? Promise.resolve() : Promise.reject(error)
      },
      finish: (id: string) => { asked.push(`finish ${id}`); return Promise.resolve() },
      cancel: (id: string) => { asked.push(`cancel ${id}`); return Promise.resolve() }
    }
  }
}
const upload = (edge: ReturnType<typeof anEdge>, count: number, signal = new AbortController().signal) =>
  uploadFiles({ imports: edge.imports, retryMs: (attempt) => (attempt > 2 ? null : 1) }, { label: 'CT', files: files(count), signal, onOpened: () => {} })

describe('sending files', () => {
  it('sends each once and closes the import', async () => {
    const edge = anEdge()
    await upload(edge, 7)
    expect([edge.asked, [...edge.attempts.values()]]).toEqual([['open CT 7', 'finish import-1'], [1, 1, 1, 1, 1, 1, 1]])
  })
  it('goes on past a file that the edge refuses', async () => {
    const edge = anEdge((path) => (path === 'CT/2.dcm' ? new AppError('too-large', 'Too large.') : null))
    await upload(edge, 5)
    expect([edge.attempts.size, edge.asked.at(-1)]).toEqual([5, 'finish import-1'])
  })
  it('tries a file again that got no answer', async () => {
    const edge = anEdge((path, attempt) => (path === 'CT/1.dcm' && attempt === 1 ? new UnreachableError(null) : null))
    await upload(edge, 3)
    expect([edge.attempts.get('CT/1.dcm'), edge.asked.at(-1)]).toEqual([2, 'finish import-1'])
  })
  it('stops at a full disk and says how far it came', async () => {
    const edge = anEdge((path) => (path === 'CT/4.dcm' ? new AppError('disk-full', 'the disk is full.') : null))
    await expect(upload(edge, 300)).rejects.toThrow(/Import stopped at file \d+ of 300: the disk is full\. \d+ (is|are) safe\./)
    expect(edge.asked.at(-1)).toBe('cancel import-1')
  })
  it('cancels quietly when the user says so', async () => {
    const stop = new AbortController()
    const edge = anEdge((path) => { if (path === 'CT/3.dcm') stop.abort(); return null })
    await upload(edge, 50, stop.signal)
    expect([edge.asked.at(-1), edge.attempts.size < 10]).toEqual(['cancel import-1', true])
  })
})
