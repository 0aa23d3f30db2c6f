import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the test asks of the booted main process. */
export type ToBooted =
  | { type: 'request', id: number, url: string, method: string, headers: Record<string, string>, body: string | null }
  | { type: 'call', id: number, channel: string, from: string, args: unknown[] }
  | { type: 'emit', target: 'app' | 'power' | 'window', event: string, detail: unknown }
  | { type: 'quit' }
/** What the stand-in tells the test. */
export type FromBooted =
  | { type: 'window', options: unknown }
  | { type: 'loaded', url: string, calls: readonly string[] }
  | { type: 'error-box', title: string, text: string }
  | { type: 'answer', id: number, status: number, headers: Record<string, string>, text: string }
  | { type: 'returned', id: number, value: unknown, error: string | null }

export type Answer = Extract<FromBooted, { type: 'answer' }>
export type Booted = Readonly<{
  /** Everything that the stand-in said so far. */
  said: readonly FromBooted[]
  until: <T extends FromBooted['type']>(type: T) => Promise<Extract<FromBooted, { type: T }>>
  /** What the window would get through the scheme. */
  request: (url: string, options?: { method?: string, headers?: Record<string, string>, json?: unknown }) => Promise<Answer>
  /** A call of the bridge, from a frame with this address. */
  call: (channel: string, from: string, ...args: unknown[]) => Promise<Extract<FromBooted, { type: 'returned' }>>
  emit: (target: 'app' | 'power' | 'window', event: string, detail?: unknown) => void
  quit: () => void
  exited: Promise<number | null>
  kill: () => void
  log: () => string
}>

/** Boots the built `out/main/index.js` on Node, with a stand-in for `electron`. */
export function boot({ dataDir, env = {}, paths = [] }: { dataDir: string, env?: Readonly<Record<string, string>>, paths?: readonly string[] }): Booted {
  const hooks = fileURLToPath(new URL('./fake-electron-hooks.ts', import.meta.url))
  const child = fork(join(import.meta.dirname, 'fake-electron-main.ts'), ['--', ...paths], {
    execArgv: ['--import', hooks], env: { ...process.env, VIGIL_DATA_DIR: dataDir, ...env }, silent: true
  })
  const said: FromBooted[] = []
  const listeners = new Set<() => void>()
  let log = ''
  let nextId = 1
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { log += text })
  child.on('message', (message: FromBooted) => { said.push(message); for (const listener of listeners) listener() })
  const exited = once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null))

  const find = <T extends FromBooted>(holds: (message: FromBooted) => message is T) => new Promise<T>((done, reject) => {
    const look = () => {
      const found = said.find(holds)
      if (found === undefined) return
      listeners.delete(look)
      done(found)
    }
    listeners.add(look)
    void exited.then((code) => { reject(new Error(`It ended with code ${code} before that.\n${log}`)) })
    look()
  })
  return {
    said, exited, log: () => log,
    until: (type) => find((message): message is Extract<FromBooted, { type: typeof type }> => message.type === type),
    request(url, { method = 'GET', headers = {}, json } = {}) {
      const id = nextId++
      const body = json === undefined ? null : JSON.stringify(json)
      child.send({ type: 'request', id, url, method, headers: { ...(body === null ? {} : { 'content-type': 'application/json' }), ...headers }, body } satisfies ToBooted)
      return find((message): message is Answer => message.type === 'answer' && message.id === id)
    },
    call(channel, from, ...args) {
      const id = nextId++
      child.send({ type: 'call', id, channel, from, args } satisfies ToBooted)
      return find((message): message is Extract<FromBooted, { type: 'returned' }> => message.type === 'returned' && message.id === id)
    },
    emit: (target, event, detail = null) => { child.send({ type: 'emit', target, event, detail } satisfies ToBooted) },
    quit: () => { child.send({ type: 'quit' } satisfies ToBooted) },
    kill: () => { child.kill('SIGKILL') }
  }
}
