import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GlassesSimulateJson } from '../../src-shared/cli.ts'
import { commandLine, type CommandLine } from '../../test/support/command-line.ts'
import { aFrame } from '../../test/support/lan-device.ts'
import { aLanStage, type LanStage } from '../../test/support/lan-stage.ts'

let stage: LanStage
let line: CommandLine
const vigil = (args: readonly string[]) => line.run(...args)
beforeAll(async () => { line = commandLine(); stage = await aLanStage({ env: { MEDGEMMA_MODE: 'mock', VISION_CHUNK_SECONDS: '0.3' } }) })
afterAll(async () => { line.remove(); await stage.stop() })
const here = (link: string) => link.replace(/https:\/\/[^/]+\//, `https://127.0.0.1:${stage.port}/`)

describe('vigil glasses simulate', () => {
  it('pairs by the link, trusts the key of the link alone, and streams drawn frames from several cameras', async () => {
    const { link } = await stage.pair()
    const { code, out } = await vigil(['glasses', 'simulate', '--pair', here(link), '--video-like', '--fps', '20', '--streams', '3', '--seconds', '2', '--json'])
    const said = GlassesSimulateJson.parse(JSON.parse(out))
    expect([code, said.streams]).toEqual([0, 3])
    expect(said.frames).toBeGreaterThan(60)
    expect(said.answered).toBeGreaterThan(said.frames - 10)
    expect(said.captions).toBeGreaterThan(0)
  })

  it('streams the pictures of a folder by the code alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-frames-'))
    try {
      for (const shade of [10, 200]) writeFileSync(join(folder, `${shade}.jpg`), await aFrame(shade))
      const { code: letters } = await stage.pair()
      const { code, out } = await vigil(['glasses', 'simulate', '--pair', letters, '--lan-port', String(stage.port), '--frames', folder, '--fps', '30', '--seconds', '1', '--json'])
      expect([code, GlassesSimulateJson.parse(JSON.parse(out)).answered > 10]).toEqual([0, true])
    } finally { rmSync(folder, { recursive: true, force: true }) }
  })

  it('sends nothing to another workstation, and says in a sentence what is wrong', async () => {
    const { link, code: letters } = await stage.pair()
    const other = here(link).replace(/fp=.*/, `fp=${'A'.repeat(43)}`)
    const cases = [
      [['--pair', other], 1, 'another workstation'], [['--pair', 'AAAA-AAAA', '--lan-port', String(stage.port)], 1, 'not valid'], [['--pair', letters, '--lan-port', '1'], 1, 'No workstation answers'],
      [['--pair', letters, '--frames', '/nowhere'], 1, 'can not be read'], [[], 2, 'Name the code'], [['--pair', letters, '--fps', '0'], 2, '--fps must be'], [['--pair', letters, '--frames', 'x', '--video-like'], 2, 'not both']
    ] as const
    for (const [args, exit, words] of cases) {
      const { code, err } = await vigil(['glasses', 'simulate', ...args, '--seconds', '1'])
      expect([args, code, err.includes(words)]).toEqual([args, exit, true])
    }
    // The code was never spent.
    expect((await vigil(['glasses', 'simulate', '--pair', letters, '--lan-port', String(stage.port), '--seconds', '1', '--fps', '5', '--json'])).code).toBe(0)
  })
})
