import type { StudyUid } from '../../../src-shared/ids.ts'
import type { DicomElement, DicomItem } from '../../studies/index.ts'

/** What all objects of a study share. `copied`: attributes of Patient and Study of an instance of it. */
export type StudyFacts = Readonly<{ studyUid: StudyUid, copied: readonly DicomElement[], appVersion: string }>

export type ObjectFacts = Readonly<{
  modality: string, seriesNumber: number, seriesDescription: string
  /** When what it says came to stand, ISO 8601 in UTC: from rows and never from the clock, so that the same rows give the same object. */
  contentAt: string
}>

/** Patient, Study, Series, Equipment and SOP Common (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1), with the date and time of the content. */
export function commonModules({ studyUid, copied, appVersion }: StudyFacts, { modality, seriesNumber, seriesDescription, contentAt }: ObjectFacts): DicomElement[] {
  const [date, time] = dateAndTime(contentAt, offsetOf(copied))
  return [
    ...copied, [0x0020000d, 'UI', studyUid],
    [0x00080060, 'CS', modality], [0x00200011, 'IS', seriesNumber], [0x0008103e, 'LO', seriesDescription], [0x00080021, 'DA', date], [0x00080031, 'TM', time],
    [0x00080070, 'LO', 'Vigil'], [0x00081090, 'LO', 'Vigil'], [0x00181000, 'LO', 'SOFTWARE'], [0x00181020, 'LO', appVersion],
    [0x00200013, 'IS', 1], [0x00080023, 'DA', date], [0x00080033, 'TM', time], [0x00080012, 'DA', date], [0x00080013, 'TM', time]
  ]
}

/** The newest of instants; '' where there is none. */
export function newest(instants: readonly (string | null)[]): string {
  return instants.filter((at) => at !== null).toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? ''
}

/** DT in UTC, with its offset written, so that it means the same wherever it is read. */
export function dateTime(at: string): string {
  const [date, time] = dateAndTime(at, '+0000')
  return `${date}${time}+0000`
}

/** Timezone Offset From UTC of the study governs every date of an object (PS3.3 C.12.1); where the study names none, UTC is meant. */
function offsetOf(copied: readonly DicomElement[]): string {
  const offset = String(copied.find(([tag]) => tag === 0x00080201)?.[2] ?? '')
  return /^[+-]\d{4}$/.test(offset) ? offset : '+0000'
}

function dateAndTime(at: string, offset: string): [date: string, time: string] {
  const minutes = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))) * (offset.startsWith('-') ? -1 : 1)
  const there = new Date(Date.parse(at) + minutes * 60_000).toISOString()
  return [there.slice(0, 10).replaceAll('-', ''), there.slice(11, 19).replaceAll(':', '')]
}

/** A person's name as it is written here, as the family name complex of a PN: it is kept in one piece. */
export function personName(name: string): string {
  return name.replaceAll(/[\p{Cc}\\^=]+/gu, ' ').trim().slice(0, 64)
}

/** A text for a value of at most so many characters. */
export function shortened(text: string, most: number): string {
  const plain = text.replaceAll(/[\p{Cc}\\]+/gu, ' ').trim()
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).trimEnd()}…`
}

/** A text of several lines for UT, ST and LT. */
export const lines = (text: string): string => text.replaceAll(/[^\P{Cc}\t\n\r]+/gu, ' ').trim()

export type { DicomElement, DicomItem }
