import type { ImagePlace, ImageReference, SelectionContent } from '../../../../src-shared/overlays.ts'

type Entry = Readonly<{ image: ImageReference; frame: number | null }>

/** A selection of key images: why, and which; a click shows one. */
export function SelectionImages({ content, places, onJump }: Readonly<{ content: SelectionContent; places: readonly ImagePlace[]; onJump: (image: ImageReference) => void }>) {
  const entries = content.images.flatMap((image): Entry[] => image.frameNumbers.length === 0 ? [{ image, frame: null }] : image.frameNumbers.map((frame) => ({ image: { ...image, frameNumbers: [frame] }, frame })))
  return (
    <div>
      {content.note === '' ? null : <p className="object-note report-value">{content.note}</p>}
      <ol className="object-images">
        {entries.map(({ image, frame }, index) => {
          const isHere = places.some(({ sopInstanceUid }) => sopInstanceUid === image.sopInstanceUid)
          return (
            <li key={`${image.sopInstanceUid}/${String(frame)}/${String(index)}`}>
              <button type="button" className="object-main" disabled={!isHere} onClick={() => { onJump(image) }}>Image {index + 1}{frame === null ? '' : `, frame ${frame}`}{isHere ? '' : ' (not here)'}</button>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
