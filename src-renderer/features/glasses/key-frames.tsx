import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.tsx'
import { keyFramesQuery } from '../../api/queries.ts'
import { Picture } from '../../ui/picture.tsx'

/** Pictures that the site keeps for a while: light, place and crowd, and nothing that could be recognised. */
export function KeyFrames({ deviceId, minutes }: Readonly<{ deviceId: string | null, minutes: number }>) {
  const found = useQuery(keyFramesQuery(useApi(), { deviceId, minutes }))
  const shown = (found.data?.keyFrames ?? []).filter((frame) => deviceId === null || frame.deviceId === deviceId).slice(0, 60)
  if (shown.length === 0) return <p className="quiet small">No key frame was kept in this span.</p>
  return (
    <ol className="glasses-key-frames" aria-label="Key frames, blurred, newest first">
      {shown.map(({ id, takenAt }) => <li key={id}><Picture src={`/api/glasses/key-frames/${id}`} alt={`Blurred key frame of ${new Date(takenAt).toLocaleTimeString('en-GB')}`} waitsForView /><time className="small quiet tabular" dateTime={takenAt}>{new Date(takenAt).toLocaleTimeString('en-GB')}</time></li>)}
    </ol>
  )
}
