import { get } from 'node:https'
import { createServer } from 'node:net'
import { Health } from '../../../src-shared/system.ts'
import { bad, ok, reasonOf, warn, type Check } from './check.ts'

/** The port of the served workstation: free, or held by a Vigil that answers. */
export const checkPort: Check = async ({ config }) => portCheck('port', config.port, '127.0.0.1')

/** The port for other devices, only where it is switched on. */
export const checkLanPort: Check = async ({ config }) =>
  config.glasses.isLanOn !== false ? portCheck('LAN port', config.lanPort, '0.0.0.0', isVigilOfTheLan) : ok('LAN port', 'Other devices are switched off (VIGIL_LAN=off).')

async function portCheck(name: string, port: number, host: string, isOurs: (port: number) => Promise<boolean> = isVigil) {
  const reason = await listenFailure(port, host)
  if (reason === null) return ok(name, `Port ${port} is free.`)
  if (await isOurs(port)) return ok(name, `Vigil is running on port ${port}.`)
  if (reason.code === 'EADDRINUSE') return warn(name, `Port ${port} is taken by another program.`, 'Choose another one with --port or VIGIL_PORT, or end that program.')
  return bad(name, `Port ${port} can't be opened: ${reason.message}.`, 'Choose a port above 1024 with --port or VIGIL_PORT.')
}

function listenFailure(port: number, host: string): Promise<{ code: string, message: string } | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => { resolve({ code: error.code ?? '', message: reasonOf(error) }) })
    server.listen(port, host, () => { server.close(() => { resolve(null) }) })
  })
}

async function isVigil(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(2000) })
    return Health.safeParse(await answer.json()).success
  } catch {
    // Whatever doesn't answer as Vigil does isn't Vigil.
    return false
  }
}

/** Behind a certificate of its own making, of which nothing has to be believed here. */
function isVigilOfTheLan(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get({ host: '127.0.0.1', port, path: '/health', rejectUnauthorized: false, timeout: 2000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200 && response.headers['x-trace-id'] !== undefined)
    })
    asked.on('timeout', () => { asked.destroy() })
    asked.on('error', () => { resolve(false) })
  })
}
