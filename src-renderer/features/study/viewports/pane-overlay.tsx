import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { SeriesDescription, SeriesWarning } from '../../../../src-shared/studies.ts'
import { volumeRefusal, type LoadProgress, type PaneContent, type PaneId, type PaneState, type StudyViewer } from '../../../viewer/index.ts'
import { KeyImageStar } from '../key-images/key-image-marks.tsx'
import { OtherStudy } from './other-study.tsx'
import { patientLines, techniqueLines, windowText } from './overlay-texts.ts'

type PaneOverlayProps = Readonly<{
  viewer: StudyViewer
  id: PaneId
  name: string | null
  hasImages: boolean
  isAlone: boolean
  controls: ReactNode
  legend: ReactNode
  cine: ReactNode
}>

/**
 * The words at the edges of a pane: whose image, how made, which slice, which window, which way is up, how long a centimetre is.
 * Everything at one corner stands in one column, so that nothing can lie over anything else, however many lines there are.
 */
export function PaneOverlay({ viewer, id, name, hasImages, isAlone, controls, legend, cine }: PaneOverlayProps) {
  const pane = useStore(viewer.store, (state) => state.panes[id])
  const opened = useStore(viewer.store, ({ opened: all }) => pane.seriesUid === null ? undefined : all[pane.seriesUid])
  const description = opened?.state.kind === 'ready' ? opened.state.description : null
  const lineCount = isAlone ? 6 : 2
  const banner = description === null ? null : <Banner description={description} isPlane={pane.mode !== 'stack'} />
  return (
    <div className="overlay" data-compact={!isAlone}>
      <div className="overlay-column" data-at="top-left">
        {pane.isPrior && description !== null ? <OtherStudy studyUid={pane.studyUid} studyDate={description.studyDate} /> : null}
        <Corner at="top-left" lines={description === null ? [] : patientLines(description).slice(0, lineCount)} />
        {controls}
        <Star pane={pane} />
        {isAlone ? null : banner}
        {pane.content.kind === 'loading' ? <output className="overlay-loading">{pane.content.note}</output> : null}
      </div>
      <div className="overlay-column" data-at="top-right"><Corner at="top-right" lines={description === null ? [] : techniqueLines(description).slice(0, isAlone ? 6 : 1)} /></div>
      <div className="overlay-foot">
        <div className="overlay-column" data-at="bottom-left">
          {legend}
          {isAlone ? banner : null}
          {pane.link === null ? null : <div className="overlay-link">{pane.link}</div>}
          <Corner at="bottom-left" lines={description === null ? [] : placeLines(pane, name)} />
        </div>
        <div className="overlay-column" data-at="bottom-right">
          <ScaleBar bar={pane.scaleBar} />
          <Corner at="bottom-right" lines={description === null ? [] : [windowText(pane), pane.zoom === null ? '' : `Zoom ${pane.zoom.toFixed(2)}×`, pane.isInverted ? 'Inverted' : '']} />
        </div>
      </div>
      <div className="overlay-column" data-at="bottom">{cine}</div>
      <Letters letters={pane.letters} />
      <Content content={pane.content} hasImages={hasImages} />
      {opened === undefined ? null : <Progress progress={opened.progress} />}
    </div>
  )
}

function Letters({ letters }: Readonly<{ letters: PaneState['letters'] }>) {
  if (letters === null) return null
  return (
    <div className="overlay-letters">
      <span data-edge="top">{letters.top}</span><span data-edge="right">{letters.right}</span>
      <span data-edge="bottom">{letters.bottom}</span><span data-edge="left">{letters.left}</span>
    </div>
  )
}

function ScaleBar({ bar }: Readonly<{ bar: PaneState['scaleBar'] }>) {
  if (bar === null) return null
  return (
    <div className="scale-bar">
      <span className="scale-bar-line" style={{ height: `${bar.lengthPx}px` }} />
      <span className="scale-bar-text">{bar.label}{bar.basis === null ? null : <em>{bar.basis}</em>}</span>
    </div>
  )
}

/** A plane that is cut through a volume is nobody's image, so it is never marked. */
function Star({ pane: { studyUid, seriesUid, sopInstanceUid, frameNumber } }: Readonly<{ pane: PaneState }>) {
  if (studyUid === null || seriesUid === null || sopInstanceUid === null || frameNumber === null) return null
  return <KeyImageStar image={{ studyUid, seriesUid, sopInstanceUid, frameNumber }} />
}

/** Which of how many, and where in the patient. */
function placeLines(pane: PaneState, name: string | null): readonly string[] {
  return pane.index === null ? [] : [pane.mode === 'oblique' ? 'Oblique' : `${name ?? 'Image'} ${pane.index + 1} / ${pane.count}`, pane.positionText]
}

/** Small panes keep what names the patient and the series, and leave the rest to the large one. */
function Corner({ at, lines }: Readonly<{ at: string; lines: readonly string[] }>) {
  return <div className="overlay-corner" data-at={at}>{lines.filter((line) => line !== '').map((line, index) => <span key={`${index}-${line}`}>{line}</span>)}</div>
}

/** Warnings that make a volume doubtful; a radiograph is no volume either, but nothing is wrong with it. */
const geometryDoubts: ReadonlySet<SeriesWarning> = new Set([
  'uneven-spacing', 'missing-slices', 'gantry-tilt', 'duplicate-position', 'mixed-orientation', 'mixed-size', 'mixed-spacing', 'mixed-frame-of-reference', 'several-stacks'
])

/** Worth a mark in the strip, but not words over every image: each is seen from the technique, and nothing is off because of it. */
const plainFacts: ReadonlySet<SeriesWarning> = new Set(['single-slice', 'thick-slices'])

function Banner({ description, isPlane }: Readonly<{ description: SeriesDescription; isPlane: boolean }>) {
  const refusal = description.isVolume || !description.warnings.some((code) => geometryDoubts.has(code)) ? [] : [volumeRefusal(description)]
  const isPlain = description.warnings.every((code) => plainFacts.has(code)) && description.warningTexts.length === description.warnings.length
  const texts = isPlane || isPlain ? [] : [...new Set([...refusal, ...description.warningTexts.filter((text) => text !== description.notVolumeReason)])]
  if (texts.length === 0) return null
  return <div className="overlay-banner" role="note">{texts.slice(0, 3).map((text) => <span key={text}>{text}</span>)}</div>
}

function Content({ content, hasImages }: Readonly<{ content: PaneContent; hasImages: boolean }>) {
  switch (content.kind) {
    case 'shown': case 'loading': return null
    case 'empty': return <div className="overlay-middle"><p>{hasImages ? 'Choose a series, or drag one here.' : 'This study has no images. What it holds is listed at the left.'}</p></div>
    case 'failed': return <div className="overlay-middle" role="alert"><strong>This image can't be shown.</strong><p>{content.reason}</p></div>
  }
}

function Progress({ progress }: Readonly<{ progress: LoadProgress }>) {
  const { loaded, failed, total, held } = progress
  const wanted = Math.min(total, held)
  if (wanted === 0 || loaded + failed >= wanted) return null
  return <progress className="overlay-progress" max={wanted} value={loaded + failed} aria-label={`${loaded} of ${total} images loaded`} />
}
