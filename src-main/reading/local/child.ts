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
