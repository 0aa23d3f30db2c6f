import { Star } from 'lucide-react'
import type { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'
import { counted } from '../../../ui/format.ts'
import { markOf, type ImageAt } from './marks.ts'
import { useKeyImages } from './use-key-images.ts'
import './key-images.css'

/** The star over a marked image, with its note. Nothing over any other. Mount it only where there is an image. */
export function KeyImageStar({ image }: Readonly<{ image: ImageAt }>) {
  const mark = markOf(useKeyImages(image.studyUid).marks, image)
  if (mark === null) return null
  return <span className="key-image-star" data-saved={mark.isSaved}><Star aria-hidden fill="currentColor" /><span className="visually-hidden">Key image. </span>{mark.note === '' ? null : <span>{mark.note}</span>}</span>
}

/** How many images of a series are marked; nothing where none is. For the series strip. */
export function KeyImageCount({ studyUid, seriesUid }: Readonly<{ studyUid: StudyUid, seriesUid: SeriesUid }>) {
  const count = useKeyImages(studyUid).marks.filter((mark) => mark.seriesUid === seriesUid).length
  if (count === 0) return null
  return <span className="key-image-count"><Star aria-hidden fill="currentColor" /><span aria-hidden>{count}</span><span className="visually-hidden">{counted(count, 'key image')}. </span></span>
}
