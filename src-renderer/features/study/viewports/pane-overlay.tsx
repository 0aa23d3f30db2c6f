import { useStore } from 'zustand'
import type { SeriesDescription, SeriesWarning } from '../../../../src-shared/studies.ts'
import { volumeRefusal, type LoadProgress, type PaneContent, type PaneId, type PaneState, type StudyViewer } from '../../../viewer/index.ts'
import { KeyImageStar } from '../key-images/key-image-marks.tsx'
import { patientLines, techniqueLines, windowText } from './overlay-texts.ts'

type PaneOverlayProps = Readonly<{ viewer: StudyViewer; id: PaneId; name: string | null; hasImages: boolean; isAlone: boolean }>

/** The words at the edges of a pane: whose image, how made, which slice, which window, which way is up, how long a centimetre is. */
export function PaneOverlay({ viewer, id, name, hasImages, isAlone }: PaneOverlayProps) {
  const pane = useStore(viewer.store, (state) => state.panes[id])
  const opened = useStore(viewer.store, ({ opened: all }) => pane.seriesUid === null ? undefined : all[pane.seriesUid])
  const isCompact = !isAlone
  const description = opened?.state.kind === 'ready' ? opened.state.description : null
  return (
    <div className="overlay" data-compact={isCompact}>
      {description === null ? null : <Corners pane={pane} description={description} name={name} isCompact={isCompact} />}
      {pane.letters === null ? null : (
        <div className="overlay-letters">
          <span data-edge="top">{pane.letters.top}</span><span data-edge="right">{pane.letters.right}</span>
          <span data-edge="bottom">{pane.letters.bottom}</span><span data-edge="left">{pane.letters.left}</span>
        </div>
      )}
      {pane.scaleBar === null ? null : (
        <div className="scale-bar">
          <span className="scale-bar-line" style={{ height: `${pane.scaleBar.lengthPx}px` }} />
          <span>{pane.scaleBar.label}{pane.scaleBar.basis === null ? null : <em>{pane.scaleBar.basis}</em>}</span>
        </div>
      )}
      {description === null ? null : <Banner description={description} isPlane={pane.mode !== 'stack'} />}
      <Content content={pane.content} hasImages={hasImages} />
      <Star pane={pane} />
      {pane.isPrior ? <div className="overlay-prior">Prior{description === null ? '' : ` · ${description.studyDate ?? 'no date'}`}</div> : null}
      {pane.link === null ? null : <div className="overlay-link">{pane.link}</div>}
      {opened === undefined ? null : <Progress progress={opened.progress} />}
    </div>
  )
}

/** A plane that is cut through a volume is nobody's image, so it is never marked. */
function Star({ pane: { studyUid, seriesUid, sopInstanceUid, frameNumber } }: Readonly<{ pane: PaneState }>) {
  if (studyUid === null || seriesUid === null || sopInstanceUid === null || frameNumber === null) return null
  return <div className="overlay-star"><KeyImageStar image={{ studyUid, seriesUid, sopInstanceUid, frameNumber }} /></div>
}

/** Small panes keep what names the patient and the series, and leave the rest to the large one. */
function Corners({ pane, description, name, isCompact }: Readonly<{ pane: PaneState; description: SeriesDescription; name: string | null; isCompact: boolean }>) {
  const lineCount = isCompact ? 2 : 6
  const position = pane.index === null ? [] : [pane.mode === 'oblique' ? 'Oblique' : `${name ?? 'Image'} ${pane.index + 1} / ${pane.count}`, pane.positionText]
  return (
    <>
      <Corner at="top-left" lines={patientLines(description).slice(0, lineCount)} />
      <Corner at="top-right" lines={techniqueLines(description).slice(0, lineCount - (isCompact ? 1 : 0))} />
      <Corner at="bottom-left" lines={position} />
      <Corner at="bottom-right" lines={[windowText(pane), pane.zoom === null ? '' : `Zoom ${pane.zoom.toFixed(2)}×`, pane.isInverted ? 'Inverted' : '']} />
    </>
  )
}

function Corner({ at, lines }: Readonly<{ at: string; lines: readonly string[] }>) {
  return <div className="overlay-corner" data-at={at}>{lines.filter((line) => line !== '').map((line, index) => <span key={`${index}-${line}`}>{line}</span>)}</div>
}

/** Warnings that make a volume doubtful; a radiograph is no volume either, but nothing is wrong with it. */
const geometryDoubts: ReadonlySet<SeriesWarning> = new Set([
  'uneven-spacing', 'missing-slices', 'gantry-tilt', 'duplicate-position', 'mixed-orientation', 'mixed-size', 'mixed-spacing', 'mixed-frame-of-reference', 'several-stacks'
])

function Banner({ description, isPlane }: Readonly<{ description: SeriesDescription; isPlane: boolean }>) {
  const refusal = description.isVolume || !description.warnings.some((code) => geometryDoubts.has(code)) ? [] : [volumeRefusal(description)]
  const texts = isPlane ? [] : [...new Set([...refusal, ...description.warningTexts.filter((text) => text !== description.notVolumeReason)])]
  if (texts.length === 0) return null
  return <div className="overlay-banner" role="note">{texts.slice(0, 3).map((text) => <span key={text}>{text}</span>)}</div>
}

function Content({ content, hasImages }: Readonly<{ content: PaneContent; hasImages: boolean }>) {
  switch (content.kind) {
    case 'shown': return null
    case 'empty': return <div className="overlay-middle"><p>{hasImages ? 'Choose a series, or drag one here.' : 'This study has no images.'}</p></div>
    case 'loading': return <output className="overlay-loading">{content.note}</output>
    case 'failed': return <div className="overlay-middle" role="alert"><strong>This image can't be shown.</strong><p>{content.reason}</p></div>
  }
}

function Progress({ progress }: Readonly<{ progress: LoadProgress }>) {
  const { loaded, failed, total, held } = progress
  const wanted = Math.min(total, held)
  if (wanted === 0 || loaded + failed >= wanted) return null
  return <progress className="overlay-progress" max={wanted} value={loaded + failed} aria-label={`${loaded} of ${total} images loaded`} />
}
