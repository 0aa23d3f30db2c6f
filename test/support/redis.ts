import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './lan-stage.ts'

/** Null, or why tests of Redis are left out on this machine. */
export function whyNoRedis(): string | null {
  return spawnSync('redis-server', ['--version']).status === 0 ? null : 'redis-server is not installed (Debian: apt-get install redis-server)'
}

export type RedisServer = Readonly<{
  url: string
  /** As a power cut would. */
  kill: () => Promise<void>
  /** Again on the same port, with what it had written. */
  start: () => Promise<void>
  stop: () => Promise<void>
}>

/** A real server on a port of its own, which writes each change before it answers. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-redis-'))
  const port = await freePort()
  let child: ChildProcess | null = null
  const start = async () => {
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
    for (let tries = 0; tries < 200; tries++) {
      if (await answers(port)) return
      await new Promise((done) => { setTimeout(done, 25) })
    }
    throw new Error('redis-server did not start.')
  }
  const kill = async () => {
    const dying = child
    child = null
    if (dying === null || dying.exitCode !== null) return
    dying.kill('SIGKILL')
    await once(dying, 'exit')
  }
  await start()
  return { url: `redis://127.0.0.1:${port}/0`, kill, start, stop: async () => { await kill(); rmSync(folder, { recursive: true, force: true }) } }
}

async function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', (data) => { done(data.toString().startsWith('+PONG')); socket.destroy() })
    socket.once('error', () => { done(false) })
    socket.once('connect', () => { socket.write('PING\r\n') })
  })
}
