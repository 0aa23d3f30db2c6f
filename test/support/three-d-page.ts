import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { build } from 'vite'
import rendererConfig from '../../renderer.vite.config.ts'
import { contentSecurityPolicy } from '../../src-main/http/guards.ts'

export type ServedPage = Readonly<{ url: string, stop: () => Promise<void> }>

const page = `<!doctype html><html lang="en"><title>Volume</title><link rel="stylesheet" href="/page.css"><div id="pane"></div><script type="module" src="/harness.js"></script></html>`
const style = 'html,body{margin:0;background:#000}#pane{position:absolute;left:20px;top:10px;width:360px;height:270px}'

/** The volume pane built as the renderer is, alone on a page, served under the policy of the real one. */
export async function serveThreeDPage(): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-three-d-'))
  await build({
    ...rendererConfig, configFile: false, logLevel: 'warn',
    build: { ...rendererConfig.build, outDir: folder, rolldownOptions: { input: { harness: resolve(import.meta.dirname, 'children/three-d-harness.ts') }, output: { entryFileNames: '[name].js' } } }
  })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    const [type, body] = path === '/' ? ['text/html', page] : path === '/page.css' ? ['text/css', style] : ['text/javascript', fileAt(folder, path)]
    response.writeHead(body === null ? 404 : 200, { 'content-type': type, 'content-security-policy': contentSecurityPolicy })
    response.end(body ?? '')
  })
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      await new Promise((closed) => { server.close(closed) })
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function fileAt(folder: string, path: string): Buffer | null {
  const name = basename(path)
  try {
    return readFileSync(path.startsWith('/assets/') ? join(folder, 'assets', name) : join(folder, name))
  } catch {
    return null
  }
}
