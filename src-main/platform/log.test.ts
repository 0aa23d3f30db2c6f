import { assert, constantFrom, emailAddress, integer, property, string, stringMatching, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atLeast, createLog, redact, type LogLine } from './log.ts'

const around = tuple(constantFrom('', 'at ', 'failed: ', '"', '(', 'x=', 'Ünïcode '), constantFrom('', '.', ' again', '"', ')', ' 12 times'))
/** Whatever stands around it, none of it is left. */
const neverShows = (secret: ReturnType<typeof stringMatching>, parts: (text: string) => readonly string[] = (text) => [text]) => {
  assert(property(secret, around, (text, [before, after]) => {
    const shown = redact(`${before}${text}${after}`)
    for (const part of parts(text)) expect(shown).not.toContain(part)
  }), { numRuns: 500 })
}

describe('the redactor', () => {
  it('lets no UID through', () => { neverShows(stringMatching(/^[1-9]\d{0,3}(\.(0|[1-9]\d{0,8})){4,9}$/)) })

  it('lets no name through as DICOM writes it, of however many words', () => {
    neverShows(stringMatching(/^[A-Z][a-zé]{3,8}( [A-Z][a-z]{3,8}){0,2}\^[A-Z][a-z]{3,8}( [A-Z][a-z]{3,8})?(\^[A-Z][a-z]{3,6})?$/), (text) => text.split(/[\s^]/))
  })

  it('lets no name through in three scripts at once', () => {
    expect(redact('patient Yamada^Tarou=山田^太郎=やまだ^たろう refused')).not.toMatch(/Yamada|Tarou|山田|太郎|やまだ|たろう/)
  })

  it('lets no phone number, e-mail address or date of birth through', () => {
    neverShows(stringMatching(/^\+[1-9]\d{1,2} \d{3} \d{3} \d{2} \d{2}$/))
    neverShows(stringMatching(/^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])$/))
    neverShows(stringMatching(/^(19|20)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/))
    assert(property(emailAddress({ size: 'small' }), (address) => { if (/^[\w.+-]+@[\w.-]+$/.test(address)) expect(redact(`to ${address} failed`)).not.toContain(address) }))
  })

  it('lets no path through, and so no name of a folder or file', () => {
    const names = stringMatching(/^[A-Z][a-z]{4,9}$/)
    assert(property(names, names, names, constantFrom('/', '\\'), (a, b, c, slash) => {
      const path = `${slash === '/' ? '' : 'C:'}${slash}home${slash}${a} ${b}${slash}${c}.dcm`
      for (const text of [`ENOENT: no such file or directory, open '${path}'`, `cannot read ${path}`, `at read (${path}:10:5)`]) {
        for (const part of [a, b, c]) expect(redact(text)).not.toContain(part)
      }
    }))
  })

  it('keeps what helps to mend: words, counts, codes, instants, functions', () => {
    for (const text of ['database is locked', 'read 512 of 1024 bytes', 'SQLITE_BUSY', 'took 12.5 ms', '2026-03-02T08:00:00.000Z', 'version 1.2.3', '127.0.0.1']) expect(redact(text)).toBe(text)
    expect(redact('at readHeader (/home/x/vigil/src-main/studies/parse.ts:10:5)')).toMatch(/^at readHeader \(\[path\]:10:5\)$/)
  })

  it('takes any text, in a moment, however long it is', () => {
    assert(property(string({ size: 'large' }), (text) => { redact(text) }))
    const begin = performance.now()
    for (const piece of ['a', '^', '/', '1.', 'a/', '+1 ', "'", 'a@']) redact(piece.repeat(200_000))
    expect(performance.now() - begin).toBeLessThan(2000)
  })
})

describe('the log', () => {
  const aLog = () => {
    const lines: LogLine[] = []
    return { lines, log: createLog((line) => { lines.push(line) }, () => '2026-03-02T08:00:00.000Z') }
  }

  it('redacts fields, messages and stacks of errors, and keeps name and code', () => {
    const { lines, log } = aLog()
    log.info('import-begun', { label: 'MORA^ANA', count: 3, isLast: true, none: null })
    log.error('import-failed', Object.assign(new TypeError("ENOENT: open '/data/Mora Ana/1.dcm'"), { code: 'ENOENT' }), { uid: '1.2.840.113619.2.55.3' })
    expect(lines[0]).toEqual({ at: '2026-03-02T08:00:00.000Z', level: 'info', event: 'import-begun', label: '[name]', count: 3, isLast: true, none: null })
    expect(lines[1]).toMatchObject({ level: 'error', name: 'TypeError', code: 'ENOENT', message: "ENOENT: open '[path]'", uid: '[uid]' })
    expect(JSON.stringify(lines)).not.toMatch(/Mora|MORA|1\.2\.840|\/data/)
  })

  it('leaves out the words of a parser, which quotes what it read', () => {
    const { lines, log } = aLog()
    try { JSON.parse('{"name": Jane Doe, born 1970}') } catch (error) { log.error('row-not-read', error) }
    expect(lines[0]).toMatchObject({ name: 'SyntaxError', message: 'text that could not be parsed' })
    expect(JSON.stringify(lines)).not.toMatch(/Jane|Doe|1970/)
  })

  it('describes what is thrown and is no error', () => {
    const { lines, log } = aLog()
    for (const thrown of ['a string', 42, null, undefined, { secret: 'x' }]) log.error('odd', thrown)
    expect(lines.map(({ message }) => message)).toEqual(['a string', '42', 'null', 'undefined', '[object Object]'])
  })

  it('lets through what is weighty enough', () => {
    assert(property(integer({ min: 0, max: 3 }), (least) => {
      const levels = ['debug', 'info', 'warn', 'error'] as const
      const seen: string[] = []
      const log = createLog(atLeast(levels[least] ?? 'debug', ({ level }) => { seen.push(level) }))
      log.debug('x')
      log.info('x')
      log.warn('x')
      log.error('x', new Error('x'))
      expect(seen).toEqual(levels.slice(least))
    }))
  })
})
