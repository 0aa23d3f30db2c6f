import { assertNever } from '../../../src-shared/errors.ts'
import type { OverlayContent, ReportContent } from '../../../src-shared/overlays.ts'
import type { ReadObject } from './read-object.ts'
import type { ObjectSummary } from './tasks.ts'

/** What the list of a study's objects says of one. */
export function summarise({ content, images }: ReadObject): ObjectSummary {
  return { ...wordsOn(content), images: [...new Set(images.map(({ sopInstanceUid }) => sopInstanceUid))] }
}

function wordsOn(content: OverlayContent): Omit<ObjectSummary, 'images'> {
  const read = (why: string) => ({ frameOfReferenceUids: [], nothingToDraw: why })
  switch (content.kind) {
    case 'contours': {
      const drawn = content.structures.filter(({ contours }) => contours.length > 0)
      const frames = unique(drawn.map(({ frameOfReferenceUid }) => frameOfReferenceUid))
      return { label: content.label, detail: listed(drawn.map(({ name }) => name), 'structure'), frameOfReferenceUids: frames, nothingToDraw: drawn.length === 0 ? 'No structure in it has a contour.' : null }
    }
    case 'segmentation': {
      const drawn = content.segments.filter(({ pixels }) => pixels > 0)
      const frames = content.masks.some(({ place }) => place !== null) ? unique([content.frameOfReferenceUid]) : []
      return { label: content.label, detail: listed(drawn.map(({ label }) => label), 'segment'), frameOfReferenceUids: frames, nothingToDraw: drawn.length === 0 ? 'No segment in it has a pixel.' : null }
    }
    case 'report': return reportWords(content)
    case 'selection': return { label: content.title, detail: counted(content.images.length, 'image'), ...read('It points to images; open them from here.') }
    case 'presentation': return {
      label: content.label, detail: content.description || counted(content.graphics.length + content.texts.length, 'annotation'), frameOfReferenceUids: [],
      nothingToDraw: content.images.length === 0 ? 'It names no image.' : null
    }
    case 'document': return { label: content.title, detail: content.mediaType, ...read(content.isPdf ? 'It is a document: save it to read it.' : 'It is a document of a kind that this version does not open.') }
    default: return assertNever(content)
  }
}

function reportWords({ title, rows, graphics }: ReportContent): Omit<ObjectSummary, 'images'> {
  const numbers = rows.filter(({ number }) => number !== null).length
  const frames = unique(graphics.map(({ place }) => place.in === 'patient' ? place.frameOfReferenceUid : null))
  return {
    label: title, detail: numbers === 0 ? counted(rows.length, 'line') : counted(numbers, 'measurement'), frameOfReferenceUids: frames,
    nothingToDraw: graphics.length === 0 ? 'It has no graphics; it is read as text.' : null
  }
}

function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))]
}

const counted = (count: number, noun: string) => count === 1 ? `1 ${noun}` : `${count} ${noun}s`

/** "3 structures: Heart, Lungs, Cord". */
function listed(names: readonly string[], noun: string): string {
  if (names.length === 0) return `no ${noun}`
  return `${counted(names.length, noun)}: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' …' : ''}`
}
