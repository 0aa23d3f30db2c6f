import { spawn } from 'node:child_process'
import type { Io } from './command.ts'

const openers: Partial<Record<NodeJS.Platform, readonly [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  // `start` takes its first quoted argument for a title.
  win32: ['cmd', '/c', 'start', '']
}

/** Asks the system to open the page. Where there is no browser the address on the terminal is enough, so a failure is one line. */
export function openBrowser(url: string, io: Pick<Io, 'err'>, platform: NodeJS.Platform = process.platform): void {
  const [program, ...args] = openers[platform] ?? ['xdg-open']
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => { io.err(`No browser could be opened here; open ${url} yourself.\n`) })
  child.unref()
}
