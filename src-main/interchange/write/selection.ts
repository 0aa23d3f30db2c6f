import type { KeyImage } from '../../../src-shared/viewing.ts'
import type { DicomItem, DraftObject } from '../../studies/index.ts'
import { codeItem, type Code } from './codes.ts'
import { code, containerValue, image, person, text } from './content-items.ts'
import { evidence, type ImageReference } from './images.ts'
import { commonModules, newest, type StudyFacts } from './study-facts.ts'

export type SelectionFacts = Readonly<{ study: StudyFacts, marked: readonly Readonly<{ keyImage: KeyImage, reference: ImageReference }>[] }>

const keyObjectSelection = '1.2.840.10008.5.1.4.1.1.88.59'
const names = {
  ofInterest: ['113000', 'DCM', 'Of Interest'], description: ['113012', 'DCM', 'Key Object Description'],
  observerType: ['121005', 'DCM', 'Observer Type'], isPerson: ['121006', 'DCM', 'Person'], observer: ['121008', 'DCM', 'Person Observer Name']
} as const satisfies Record<string, Code>

/**
 * Key images as Key Object Selection (PS3.3 A.35.4, PS3.16 TID 2010). A document has one description, so the notes stand in it as lines, each
 * with the place of its image in the list. The observer is who marked them, where that is one person.
 */
export function keyObjectSelectionOf({ study, marked }: SelectionFacts): DraftObject {
  const observers = [...new Set(marked.map(({ keyImage }) => keyImage.createdByName))]
  const [only = ''] = observers
  const notes = marked.flatMap(({ keyImage: { note } }, index) => (note.trim() === '' ? [] : [`${index + 1}. ${note}`]))
  const content: DicomItem[] = [
    ...(observers.length === 1 && only !== '' ? [code('HAS OBS CONTEXT', names.observerType, names.isPerson), person('HAS OBS CONTEXT', names.observer, only)] : []),
    ...(notes.length === 0 ? [] : [text('CONTAINS', names.description, notes.join('\n'))]), ...marked.map(({ reference }) => image('CONTAINS', null, reference))
  ]
  return {
    sopClassUid: keyObjectSelection,
    elements: [
      ...commonModules(study, { modality: 'KO', seriesNumber: 9003, seriesDescription: 'Key images', contentAt: newest(marked.map(({ keyImage }) => keyImage.createdAt)) }),
      [0x00081111, 'SQ', []], [0x0040a375, 'SQ', evidence(study.studyUid, marked.map(({ reference }) => reference))],
      [0x0040a040, 'CS', 'CONTAINER'], [0x0040a043, 'SQ', [codeItem(names.ofInterest)]], ...containerValue('2010'), [0x0040a730, 'SQ', content]
    ]
  }
}
