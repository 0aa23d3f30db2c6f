import { describe, expect, it } from 'vitest'
import { createSseParser } from './sse.ts'

describe('the event stream parser', () => {
  it('gives whole messages only, however the bytes are cut', () => {
    const text = 'event: x\ndata: {"a":1}\n\n: heartbeat\n\ndata: one\ndata: two\n\n'
    for (let cut = 0; cut <= text.length; cut += 1) {
      const parse = createSseParser()
      expect([...parse(text.slice(0, cut)), ...parse(text.slice(cut))].map(({ data }) => data)).toEqual(['{"a":1}', null, 'one\ntwo'])
    }
  })
  it('reads CRLF as well', () => { expect(createSseParser()('data: a\r\n\r\ndata: b\r\n\r\n').map(({ data }) => data)).toEqual(['a', 'b']) })
})
