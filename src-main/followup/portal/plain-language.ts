import type { Finding } from '../../../src-shared/analysis.ts'
import type { Language } from '../../../src-shared/followup.ts'

export type PlainTexts = Readonly<Record<Language, string>>
type Words = Readonly<{
  looked: (date: string | null) => string, none: string, one: (size: string, where: string) => string, many: (count: number, largest: string, where: string) => string, general: string
  sides: Readonly<Record<Finding['laterality'], string>>, places: Readonly<Record<Finding['location'], string>>, next: string, urgent: string
}>

const words: Readonly<Record<Language, Words>> = {
  en: {
    looked: (date) => `You had a CT scan${date === null ? '' : ` on ${date}`}. A doctor has looked at it and signed the report.`,
    none: 'The scan shows no kidney stone.',
    one: (size, where) => `The scan shows one stone${where}. It measures ${size} mm at its longest.`,
    many: (count, largest, where) => `The scan shows ${count} stones. The largest measures ${largest} mm${where}.`,
    general: 'Your doctor will explain what the scan shows.',
    sides: { left: 'on your left side', right: 'on your right side', midline: 'in the middle', unknown: '' },
    places: { kidney: 'in the kidney', 'upper-ureter': 'in the tube from the kidney to the bladder', pelvis: 'in the lower part of the tube from the kidney to the bladder', bladder: 'in the bladder', 'outside-urinary-tract': '', unknown: '' },
    next: 'What happens next: we will be in touch as you agreed. You can ask us to call you at any time.',
    urgent: 'Get help at once, and do not wait for us, if you have fever or chills, if you can not pass urine, or if the pain becomes unbearable.'
  },
  es: {
    looked: (date) => `Le hicieron una tomografía${date === null ? '' : ` el ${date}`}. Un médico la ha revisado y ha firmado el informe.`,
    none: 'La tomografía no muestra ningún cálculo en el riñón.',
    one: (size, where) => `La tomografía muestra un cálculo${where}. Mide ${size} mm en su parte más larga.`,
    many: (count, largest, where) => `La tomografía muestra ${count} cálculos. El más grande mide ${largest} mm${where}.`,
    general: 'Su médico le explicará lo que muestra la tomografía.',
    sides: { left: 'en el lado izquierdo', right: 'en el lado derecho', midline: 'en el centro', unknown: '' },
    places: { kidney: 'en el riñón', 'upper-ureter': 'en el conducto que va del riñón a la vejiga', pelvis: 'en la parte baja del conducto que va del riñón a la vejiga', bladder: 'en la vejiga', 'outside-urinary-tract': '', unknown: '' },
    next: 'Qué pasa ahora: nos pondremos en contacto como usted acordó. Puede pedirnos que le llamemos en cualquier momento.',
    urgent: 'Busque ayuda de inmediato, sin esperarnos, si tiene fiebre o escalofríos, si no puede orinar o si el dolor se vuelve insoportable.'
  }
}

/**
 * A first wording for the patient, from what was measured and accepted: every number is a measurement's, none is a model's. `isStoneReport`:
 * whether the report looked for stones, so that "no stone" is a result and not a gap.
 */
export function plainTexts(findings: readonly Finding[], studyDate: string | null, isStoneReport: boolean): PlainTexts {
  const stones = findings.filter(({ kind, status }) => kind === 'stone' && (status === 'accepted' || status === 'amended')).toSorted((a, b) => (b.diameterMm ?? 0) - (a.diameterMm ?? 0))
  return { en: textIn('en', stones, studyDate, isStoneReport), es: textIn('es', stones, studyDate, isStoneReport) }
}

function textIn(language: Language, stones: readonly Finding[], studyDate: string | null, isStoneReport: boolean): string {
  const { looked, none, one, many, general, sides, places, next, urgent } = words[language]
  const [largest] = stones
  const size = largest?.diameterMm === null || largest === undefined ? null : new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(largest.diameterMm)
  const where = largest === undefined ? '' : [places[largest.location], sides[largest.laterality]].filter((part) => part !== '').join(', ')
  const place = where === '' ? '' : ` ${where}`
  const found = size === null ? (isStoneReport && stones.length === 0 ? none : general) : stones.length === 1 ? one(size, place) : many(stones.length, size, place)
  return [looked(dateIn(language, studyDate)), found, next, urgent].join('\n\n')
}

/** The day of the study as it is written there: without an hour, and so without a zone. */
function dateIn(language: Language, studyDate: string | null): string | null {
  if (studyDate === null) return null
  const at = new Date(`${studyDate}T12:00:00Z`)
  return Number.isNaN(at.getTime()) ? null : new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at)
}
