import type { Camera } from './camera.ts'
import type { Kept } from './pairing.ts'

export type LinkState = 'connecting' | 'streaming' | 'waiting' | 'refused' | 'stopped'
export type Figures = Readonly<{ framesPerSecond: number, answerMs: number | null }>
export type LinkDeps = Readonly<{
  pairing: Kept, camera: Camera
  onState: (state: LinkState) => void
  onCaption: (caption: string) => void
  onTrouble: (sentence: string) => void
  onFigures: (figures: Figures) => void
}>

const framesPerSecond = 24
/** Frames that were sent and not answered: where the network is slow, fewer are made, and none waits to become old. */
const mostOnTheWay = 4
const revoked = 4003

/** Sends frames as fast as they are answered, and comes back by itself after every break. Returns its stop. */
export function startLink({ pairing, camera, onState, onCaption, onTrouble, onFigures }: LinkDeps): () => void {
  let socket: WebSocket | null = null
  let isStopped = false
  let tries = 0
  let onTheWay: number[] = []
  let answered = 0
  let answerMs: number | null = null
  let isDrawing = false

  const connect = () => {
    if (isStopped) return
    onState('connecting')
    const opened = new WebSocket(`wss://${location.host}${pairing.streamPath}`, ['vigil', `token.${pairing.token}`])
    socket = opened
    let wasOpen = false
    opened.addEventListener('open', () => { wasOpen = true; tries = 0; onTheWay = []; onState('streaming') })
    opened.addEventListener('message', ({ data }) => { take(String(data)) })
    opened.addEventListener('close', ({ code }) => {
      if (isStopped) return
      onTheWay = []
      if (code === revoked) { onState('refused'); return }
      // A browser says of a refusal only that the socket closed before it was open: after some of them, it is one.
      tries += wasOpen ? 0 : 1
      if (tries >= 4) { onState('refused'); return }
      onState('waiting')
      setTimeout(connect, Math.min(8000, 500 * 2 ** tries))
    })
  }
  const take = (text: string) => {
    const answer = JSON.parse(text) as { frame?: number, caption?: string, inference_error?: string, error?: string }
    if (answer.frame !== undefined) {
      answered++
      const sentAt = onTheWay.shift()
      if (sentAt !== undefined) answerMs = performance.now() - sentAt
    }
    if (answer.caption !== undefined) onCaption(answer.caption)
    const trouble = answer.inference_error ?? answer.error
    if (trouble !== undefined) onTrouble(trouble)
  }
  const beat = () => {
    if (socket?.readyState !== WebSocket.OPEN || isDrawing || onTheWay.length >= mostOnTheWay) return
    isDrawing = true
    camera.frame().then((frame) => {
      if (frame === null || socket?.readyState !== WebSocket.OPEN) return
      onTheWay.push(performance.now())
      socket.send(frame)
    }).catch(() => { onTrouble('A frame could not be taken.') }).finally(() => { isDrawing = false })
  }
  const beating = setInterval(beat, 1000 / framesPerSecond)
  const counting = setInterval(() => {
    onFigures({ framesPerSecond: answered, answerMs })
    answered = 0
  }, 1000)
  connect()
  return () => {
    isStopped = true
    clearInterval(beating)
    clearInterval(counting)
    socket?.close(1000)
    onState('stopped')
  }
}
