import { constants, setPriority } from 'node:os'
import type { ForkChild } from '../../platform/child-process.ts'
import { FromReader, type ToReader } from './protocol.ts'

export type ReaderChild = Readonly<{
  send: (message: ToReader) => void
  /** Who hears the messages and the end from now on, instead of whoever did before. */
  listen: (onMessage: (message: FromReader) => void, onExit: (reason: string) => void) => void
  kill: () => void
}>

/** A process that says what is not understood counts as gone: it is ended, and its end is heard of. `onEnd` hears of it in any case. */
export function startReaderChild(fork: ForkChild, onEnd: () => void): ReaderChild {
  const child = fork('reading/local/reader')
  giveWay(child.pid)
  let hear: (message: FromReader) => void = () => undefined
  let hearEnd: (reason: string) => void = () => undefined
  let ended: string | null = null
  child.onMessage((message) => {
    const parsed = FromReader.safeParse(message)
    if (parsed.success) hear(parsed.data)
    else child.kill()
  })
  child.onExit((reason) => {
    ended = reason
    onEnd()
    hearEnd(reason)
  })
  return {
    send: child.send,
    listen(onMessage, onExit) {
      hear = onMessage
      hearEnd = onExit
      if (ended !== null) onExit(ended)
    },
    kill: child.kill
  }
}

/** A reader computes for seconds; windows, streams and imports answer at once. Where both want the processor, they go first. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has just ended, which is heard of elsewhere; or this user may not, and it runs as any other.
  }
}
