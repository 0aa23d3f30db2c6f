import './page.css'
import { cameras, openCamera, type Camera } from './camera.ts'
import { startLink, type LinkState } from './link.ts'
import { forget, fromLink, kept, pair, type Kept } from './pairing.ts'

function part<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id)
  if (!(element instanceof type)) throw new Error(`The page has no ${id}.`)
  return element
}

const form = part('pairing', HTMLFormElement)
const code = part('code', HTMLInputElement)
const name = part('name', HTMLInputElement)
const state = part('state', HTMLParagraphElement)
const section = part('camera', HTMLElement)
const wearer = part('wearer', HTMLParagraphElement)
const video = part('picture', HTMLVideoElement)
const sign = part('sign', HTMLParagraphElement)
const caption = part('caption', HTMLParagraphElement)
const figures = part('figures', HTMLParagraphElement)
const choice = part('devices', HTMLSelectElement)
const start = part('start', HTMLButtonElement)
const stop = part('stop', HTMLButtonElement)
const forgetting = part('forget', HTMLButtonElement)

let pairing: Kept | null = kept()
let running: Readonly<{ camera: Camera, end: () => void }> | null = null
const link = fromLink()

const say = (text: string, tone: 'plain' | 'good' | 'bad' = 'plain') => {
  state.textContent = text
  state.dataset['tone'] = tone
}
const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : 'It did not work.')

const show = () => {
  form.hidden = pairing !== null
  section.hidden = pairing === null
  wearer.textContent = pairing === null ? '' : `Paired for ${pairing.wearer}`
  start.hidden = running !== null
  stop.hidden = running === null
  sign.hidden = running === null
  choice.disabled = running !== null
}
const unpair = (sentence: string) => {
  end()
  forget()
  pairing = null
  show()
  say(sentence, 'bad')
}
const end = () => {
  running?.end()
  running?.camera.stop()
  running = null
  figures.textContent = ''
  show()
}
const words: Readonly<Record<LinkState, readonly [text: string, tone: 'plain' | 'good' | 'bad']>> = {
  connecting: ['Connecting to the workstation…', 'plain'], streaming: ['Streaming to the workstation', 'good'], waiting: ['The connection broke. Trying again…', 'bad'], refused: ['', 'bad'], stopped: ['Stopped', 'plain']
}
const onState = (next: LinkState) => {
  if (next === 'refused') { unpair('The workstation does not take this device any more. Pair it again.'); return }
  say(...words[next])
}
const listCameras = async () => {
  const chosen = choice.value
  choice.replaceChildren(...[{ id: '', name: 'The one that looks ahead' }, ...await cameras()].map(({ id, name: text }) => new Option(text, id, false, id === chosen)))
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  say('Pairing…')
  pair(code.value, name.value, link.fingerprint).then((made) => {
    pairing = made
    show()
    say('Paired. Start the camera when everybody knows of it.', 'good')
  }).catch((error: unknown) => { say(sentenceOf(error), 'bad') })
})
start.addEventListener('click', () => {
  if (pairing === null || running !== null) return
  const of = pairing
  start.disabled = true
  openCamera(video, choice.value).then((camera) => {
    const endLink = startLink({
      pairing: of, camera, onState, onCaption: (text) => { caption.textContent = text }, onTrouble: (text) => { caption.textContent = text },
      onFigures: ({ framesPerSecond, answerMs }) => { figures.textContent = `${framesPerSecond} frames/s${answerMs === null ? '' : ` · answered in ${Math.round(answerMs)} ms`}` }
    })
    running = { camera, end: endLink }
    show()
    // The screen stays on while it streams, where the system lets a page ask for that.
    navigator.wakeLock?.request('screen').catch(() => null)
    return listCameras()
  }).catch((error: unknown) => { say(sentenceOf(error), 'bad') }).finally(() => { start.disabled = false })
})
stop.addEventListener('click', end)
forgetting.addEventListener('click', () => { end(); forget(); pairing = null; show(); say('Forgotten. Pair it again with a new code.') })
addEventListener('pagehide', () => { running?.end() })

code.value = link.code
name.value = /iPhone|iPad|Android|Macintosh|Windows|Linux/.exec(navigator.userAgent)?.[0] ?? 'Camera'
show()
say(pairing === null ? 'Type the code that the workstation shows.' : 'Ready. Start the camera when everybody knows of it.')
if (pairing !== null && link.code !== '') { unpair('Another code was scanned: pair again.'); state.dataset['tone'] = 'plain' }
void listCameras()
