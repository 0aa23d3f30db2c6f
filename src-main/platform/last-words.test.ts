import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { sayLastWords } from './last-words.ts'
import { createLog, type LogLine } from './log.ts'

describe('a failure that nobody caught', () => {
  it('is logged without the names in it, and ends the process once', () => {
    const process = new EventEmitter()
    const lines: LogLine[] = []
    let ends = 0
    sayLastWords(createLog((line) => { lines.push(line) }), process, () => { ends += 1 })
    process.emit('uncaughtException', new Error("ENOENT: no such file or directory, open '/media/usb/Doe Jane 1970/IM1'"))
    process.emit('unhandledRejection', 'Doe^Jane')
    expect(ends).toBe(1)
    expect(lines).toMatchObject([{ event: 'stopped-by-an-uncaught-error', message: "ENOENT: no such file or directory, open '[path]'" }, { message: '[name]' }])
    expect(JSON.stringify(lines)).not.toMatch(/Doe|Jane|1970/)
  })
})
