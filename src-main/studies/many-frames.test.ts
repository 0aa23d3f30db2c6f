import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
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
