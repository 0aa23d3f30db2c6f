import { expect, it } from 'vitest'
import { SeriesUid } from '../../../src-shared/ids.ts'
import { createHttpTransport } from './transport.ts'

const ask = (fetcher: typeof fetch) => createHttpTransport(fetcher).describeSeries(SeriesUid.parse('1.2.3'), new AbortController().signal)

it('says in words of ours that the workstation does not answer', async () => {
  await expect(ask(() => Promise.reject(new TypeError('Failed to fetch')))).rejects.toThrow('Vigil does not answer on this machine.')
})

it('lets a request that was stopped be known as one', async () => {
  await expect(ask(() => Promise.reject(new DOMException('Stopped.', 'AbortError')))).rejects.toMatchObject({ name: 'AbortError' })
})
