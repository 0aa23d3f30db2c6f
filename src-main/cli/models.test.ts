import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine, type CommandLine } from '../../test/support/command-line.ts'
import { hubStandIn, standInCommit, type HubStandIn } from '../../test/support/hub-stand-in.ts'
import { tinyModel } from '../../test/support/tiny-model.ts'
import { ModelJson, ModelsJson } from '../../src-shared/cli.ts'

let vigil: CommandLine
let model: ReturnType<typeof tinyModel>
let hub: HubStandIn
beforeEach(async () => {
  vigil = commandLine()
  model = tinyModel({ seed: 6, isExternal: true })
  hub = await hubStandIn({ folder: model.folder })
})
afterEach(async () => { vigil.remove(); model.remove(); await hub.close() })
const online = (...args: readonly string[]) => vigil.runWith({ env: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_good_token' } }, ...args)

describe('models', () => {
  it('shows what the hub has and the terms, and fetches nothing before both are chosen and accepted', async () => {
    for (const more of [[], ['--dtype', 'fp32'], ['--dtype', 'q4', '--accept-licence']]) {
      const { code, err } = await online('models', 'add', 'clinic/tiny-ONNX', ...more)
      expect([code, err.includes(`at ${standInCommit.slice(0, 12)}`), err.includes('fp32'), err.includes('Nothing was fetched')]).toEqual([1, true, true, true])
    }
    expect(hub.received.filter((line) => line.includes('/resolve/'))).toEqual([])
  })
  it('fetches, lists, checks and takes away', async () => {
    const { code, out, err } = await online('models', 'add', 'clinic/tiny-ONNX', '--dtype', 'fp32', '--accept-licence', '--json')
    expect(ModelJson.parse(JSON.parse(out))).toMatchObject({ name: 'tiny-ONNX-fp32', revision: standInCommit, state: 'ready', isActive: true })
    expect([code, `${out}${err}`.includes('hf_good_token')]).toEqual([0, false])
    expect(ModelsJson.parse(JSON.parse((await vigil.run('models', 'verify', '--json')).out)).models).toMatchObject([{ state: 'ready', verifiedAt: expect.any(String) }])
    expect((await vigil.run('models', 'remove', 'tiny-ONNX-fp32')).out).toContain('No model is here.')
  })
  it('goes on after a cancel where it stopped', async () => {
    const controller = new AbortController()
    hub.bodies = ['stalls']
    const first = vigil.runWith({ signal: controller.signal, env: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_good_token' } }, 'models', 'add', 'clinic/tiny-ONNX', '--dtype', 'fp32', '--accept-licence')
    await expect.poll(() => hub.received.some((line) => line.startsWith('STORE')), { timeout: 20_000 }).toBe(true)
    controller.abort()
    expect((await first).code).toBe(130)
    const small = () => hub.received.filter((line) => line.includes('/resolve/') && line.includes('tokenizer.json')).length
    const before = small()
    expect((await online('models', 'add', 'clinic/tiny-ONNX', '--dtype', 'fp32', '--accept-licence')).code).toBe(0)
    expect(small()).toBe(before)
  })
  it('says in a sentence what the hub refuses, and ends with 1', async () => {
    const { code, err } = await vigil.runWith({ env: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_other_token' } }, 'models', 'add', 'clinic/tiny-ONNX')
    expect([code, err]).toEqual([1, expect.stringContaining('does not know this access token')])
  })
  it('takes a folder before a repository of the same name', async () => {
    const { code, err } = await vigil.run('models', 'add', model.folder)
    expect([code, err.includes('Nothing was brought in')]).toEqual([1, true])
    expect((await vigil.run('models', 'add', model.folder, '--accept-licence')).out).toContain('Brought in')
  })
})
