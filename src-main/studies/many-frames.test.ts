import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, encapsulated } from '../../test/support/dicom-file.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'

let room: StudiesRoom
beforeEach(async () => { room = await aStudiesRoom() })
afterEach(() => room.stop())

/** One pixel of eight bits a frame: 100 kB that announce a hundred thousand pictures. */
const aBomb = () => aDicomFile(aSlice({
  study: '1.8', series: '1.8.1', rows: 1, columns: 1, positionMm: null,
  more: [[0x00280008, 'IS', '100000'], [0x00280100, 'US', 8], [0x00280101, 'US', 8], [0x00280102, 'US', 7], [0x7fe00010, 'OW', Buffer.alloc(100_000)]]
}))

describe('small files that announce a hundred thousand frames each', () => {
  it('are taken in up to what a series can hold, and the rest is refused with a reason', async () => {
    const folder = room.write(Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`bombs/IM${index}`, aBomb()])))
    const { result } = await room.studies.importPaths([folder], { actor: somebody })
    expect(result).toMatchObject({ imported: 3, rejected: [{ code: 'too-large' }, { code: 'too-large' }] })
    expect(result.rejected[0]?.reason).toContain('more frames than can be shown')
    expect(result.studies[0]?.series[0]).toMatchObject({ instances: 3 })
  })
})

describe('a table of offsets', () => {
  const many = 60_000
  const fragments = Array.from({ length: many }, () => Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))
  const withTable = (offsetTable: readonly number[]) => Buffer.concat([
    aDicomFile(aSlice({ series: '1.8.2', more: [[0x00280008, 'IS', String(many)]] }).filter(([tag]) => tag !== 0x7fe00010), { transferSyntaxUid: '1.2.840.10008.1.2.4.70' }),
    encapsulated(fragments, { offsetTable })
  ])

  it('of sixty thousand frames is read in one pass', async () => {
    const begin = performance.now()
    const { result } = await room.studies.importPaths([room.write({ 'table/IM1': withTable(fragments.map((_, index) => index * 12)) })], { actor: somebody })
    expect(performance.now() - begin).toBeLessThan(8000)
    expect(result).toMatchObject({ imported: 1, rejected: [] })
    const { frames } = room.studies.describeSeries('1.8.2')
    expect([frames.length, frames[0]?.bytes, frames.at(-1)?.bytes]).toEqual([many, 4, 4])
  })
})
