import { describe, expect, it } from 'vitest'
import type { ModelDownload } from '../../../src-shared/models.ts'
import { downloadText, tokenText } from './model-texts.ts'

const gb = 1000 ** 3
const download: ModelDownload = { id: 'x', name: 'm', repo: 'a/b', revision: '5'.repeat(40), dtype: 'q4', state: 'running', bytesDone: gb, bytesTotal: 3 * gb, filesDone: 2, filesTotal: 9, file: 'f', bytesPerSecond: gb / 100, error: null }

describe('a download', () => {
  it.each([
    ['running', ['1 GB of 3 GB', 'file 3 of 9', 'a second', 'about 3 min left']], ['queued', ['waits']], ['verifying', ['checking']], ['failed', ['stopped at 1 GB of 3 GB']], ['cancelled', ['cancelled at']]
  ] as const)('that is %s says so', (state, words) => { for (const word of words) expect(downloadText({ ...download, state }).replaceAll('.0', '')).toContain(word) })
  it('that has not moved yet promises no time', () => { expect(downloadText({ ...download, bytesPerSecond: null })).not.toContain('left') })
})

describe('the access token', () => {
  it('is told where it is, and where it would be kept', () => {
    expect(tokenText({ token: 'none', canKeepToken: false })).toContain('never written')
    expect(tokenText({ token: 'none', canKeepToken: true })).toContain('keychain')
    expect(tokenText({ token: 'memory', canKeepToken: false })).toContain('until Vigil ends')
    expect(tokenText({ token: 'environment', canKeepToken: true })).toContain('HF_TOKEN')
    expect(tokenText({ token: 'keychain', canKeepToken: true })).toContain('sealed')
  })
})
