import { Crosshair, Image } from 'lucide-react'
import type { ImagePlace, ImageReference, ReportContent, ReportRow } from '../../../../src-shared/overlays.ts'
import { IconButton } from '../../../ui/button.tsx'

type ReportTextProps = Readonly<{ content: ReportContent; places: readonly ImagePlace[]; onJumpToImage: (image: ImageReference) => void; onJumpToGraphic: (number: number) => void }>

/** A structured report as it reads from top to bottom, with ways to the images that it speaks of. */
export function ReportText({ content, places, onJumpToImage, onJumpToGraphic }: ReportTextProps) {
  const state = [content.isComplete ? 'complete' : 'not complete', content.isVerified ? 'verified' : 'not verified'].join(' · ')
  const isHere = (image: ImageReference) => places.some(({ sopInstanceUid }) => sopInstanceUid === image.sopInstanceUid)
  return (
    <div className="report-text">
      <p className="object-note quiet small">As its author left it: {state}. What is read here was not measured by Vigil.</p>
      <ul>
        {content.rows.map((row, index) => (
          <li key={`${String(index)}${row.name}`} style={{ paddingLeft: 12 + Math.min(row.depth, 10) * 10 }} data-heading={row.isHeading}>
            <Line row={row} />
            {row.graphic === null ? null : <IconButton name={`Go to ${row.name === '' ? 'this drawing' : row.name}`} onClick={() => { onJumpToGraphic(row.graphic ?? 0) }}><Crosshair aria-hidden /></IconButton>}
            {row.image === null ? null : <ImageLink image={row.image} isHere={isHere(row.image)} onJump={onJumpToImage} />}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Line({ row: { name, text, isHeading } }: Readonly<{ row: ReportRow }>) {
  if (isHeading) return <span className="report-heading grow">{name === '' ? 'Section' : name}</span>
  return <span className="grow">{name === '' ? null : <span className="quiet">{name}: </span>}<span className="report-value">{text}</span></span>
}

function ImageLink({ image, isHere, onJump }: Readonly<{ image: ImageReference; isHere: boolean; onJump: (image: ImageReference) => void }>) {
  if (!isHere) return <span className="quiet small">not here</span>
  return <IconButton name="Show this image" onClick={() => { onJump(image) }}><Image aria-hidden /></IconButton>
}
