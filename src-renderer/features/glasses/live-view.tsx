import { Glasses, VideoOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { GlassesStatus, GlassesStream } from '../../../src-shared/glasses.ts'
import { useApi } from '../../api/api-context.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { ageText, rateText, streamWords } from './glasses-texts.ts'
import { useNow } from '../../ui/now.ts'

type Shown = Readonly<{ url: string, atMs: number }>

/** What the wearer sees, as it comes. A picture that stands still says so: it turns grey and counts the seconds. */
export function LiveView({ stream, status }: Readonly<{ stream: GlassesStream | undefined, status: GlassesStatus }>) {
  if (stream === undefined) {
    return <div className="glasses-live glasses-live-empty"><EmptyState icon={<Glasses aria-hidden />} title="Nobody is streaming" text={status.lan.state === 'on' ? 'Pair glasses or a phone, and the picture comes here.' : status.lan.text} /></div>
  }
  return <Live key={stream.id} stream={stream} captions={status.captions} />
}

function Live({ stream, captions }: Readonly<{ stream: GlassesStream, captions: GlassesStatus['captions'] }>) {
  const shown = useFrames(stream.id, stream.state !== 'ended')
  const now = useNow(200)
  const ageMs = shown === null ? stream.frameAgeMs : Math.max(0, now - shown.atMs)
  const isStill = stream.state !== 'live' || (ageMs !== null && ageMs > 2000)
  return (
    <figure className="glasses-live" data-still={isStill} aria-label={`Live picture of ${stream.wearer}`}>
      {shown === null ? <div className="glasses-no-picture"><VideoOff aria-hidden /><span>{stream.state === 'ended' ? 'This stream has ended.' : 'No frame has come yet.'}</span></div> : <img className="glasses-picture" src={shown.url} alt={`What ${stream.wearer} sees`} draggable={false} />}
      <div className="glasses-overlay glasses-overlay-top"><span><b>{stream.wearer}</b> · {stream.deviceName}</span><span className={`badge ${isStill ? 'badge-warning' : 'badge-measured'}`}>{stream.state === 'live' && isStill ? 'stalled' : streamWords[stream.state]}</span></div>
      {isStill && stream.state !== 'ended' && ageMs !== null ? <output className="glasses-stall">No frame for {ageText(ageMs)}</output> : null}
      <div className="glasses-overlay glasses-overlay-bottom"><span className="tabular">{ageMs === null ? '' : `${ageText(ageMs)} old · `}{rateText(stream)} · {stream.frames} frames</span>{stream.captioningMs === null ? null : <span className="quiet">captioning, {ageText(stream.captioningMs)}</span>}</div>
      <figcaption className="glasses-now" aria-live="polite">
        {stream.error !== null ? <span className="settings-warning">{stream.error}</span> : stream.lastCaption !== null ? <>{stream.isMock ? <span className="badge badge-model mock-mark">MOCK</span> : null}<span>{stream.lastCaption}</span></> : <span className="quiet">{captions.session === 'none' ? captions.text : 'No caption yet.'}</span>}
      </figcaption>
    </figure>
  )
}

/** One request after the other, each for a frame that is newer: a slow window skips frames and never falls behind. */
function useFrames(streamId: string, isOn: boolean): Shown | null {
  const api = useApi()
  const [shown, setShown] = useState<Shown | null>(null)
  useEffect(() => {
    if (!isOn) return undefined
    const stop = new AbortController()
    let current: string | null = null
    const follow = async () => {
      let after = 0
      while (!stop.signal.aborted) {
        const next = await api.glasses.frame(streamId, after, stop.signal)
        if (stop.signal.aborted || next === null) continue
        after = next.frame
        const url = URL.createObjectURL(next.picture)
        setShown({ url, atMs: Date.now() - next.ageMs })
        if (current !== null) URL.revokeObjectURL(current)
        current = url
        // No more than twenty a second: the eye needs no more, and the edge has other work.
        await new Promise((resolve) => { setTimeout(resolve, 50) })
      }
    }
    const keepOn = async () => {
      while (!stop.signal.aborted) {
        // The age on the screen tells that nothing comes; it is tried again until this view closes.
        await follow().catch(() => new Promise((resolve) => { setTimeout(resolve, 1000) }))
      }
    }
    void keepOn()
    return () => {
      stop.abort()
      if (current !== null) URL.revokeObjectURL(current)
    }
  }, [api, streamId, isOn])
  return shown
}
