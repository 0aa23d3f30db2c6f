const dayMs = 86_400_000

/** Milliseconds of a DICOM-style date (YYYY-MM-DD) at UTC midnight; null where it is no day of the calendar. */
export function dayOf(date: string | null): number | null {
  if (date === null || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return null
  const ms = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? null : ms
}

/**
 * Age at the study: "57 y", "8 mo" under two years, "12 d" under two months. Null rather than nonsense: no birth date, a birth after the
 * study, or an age that hardly anybody has reached (1900-01-01 mostly stands for "unknown").
 */
export function ageAtStudy(birthDate: string | null, studyDate: string | null): string | null {
  const birth = dayOf(birthDate)
  const study = dayOf(studyDate)
  if (birth === null || study === null || study < birth) return null
  const months = wholeMonths(birth, study)
  if (months >= 120 * 12) return null
  if (months >= 24) return `${Math.floor(months / 12)} y`
  return months >= 2 ? `${months} mo` : `${Math.round((study - birth) / dayMs)} d`
}

/** How old a study is today: "today", "5 d", "6 w", "14 mo", "9 y"; null where its date is unknown or lies ahead. */
export function ageOfStudy(studyDate: string | null, nowMs: number): string | null {
  const study = dayOf(studyDate)
  if (study === null) return null
  const days = Math.floor((nowMs - study) / dayMs)
  if (days < 0) return null
  if (days === 0) return 'today'
  if (days < 28) return `${days} d`
  if (days < 91) return `${Math.floor(days / 7)} w`
  const months = wholeMonths(study, nowMs)
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y`
}

function wholeMonths(fromMs: number, toMs: number): number {
  const [from, to] = [new Date(fromMs), new Date(toMs)]
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth() - (to.getUTCDate() < from.getUTCDate() ? 1 : 0)
}

const sexes: Readonly<Record<string, string>> = { M: 'M', F: 'F', O: 'O' }

/** "57 y · F"; what is not known is left out, and nothing known is a dash. */
export function ageAndSex(age: string | null, sex: string): string {
  const parts = [age, sexes[sex.trim().toUpperCase()] ?? null].filter((part) => part !== null)
  return parts.length === 0 ? '–' : parts.join(' ')
}

/**
 * DICOM person name to reading order, every group that the file has (PS3.5 6.2.1): `Yamada^Tarou=山田^太郎=やまだ^たろう` →
 * "Yamada, Tarou · 山田 太郎 · やまだ たろう". Ideographic and phonetic names stand as they are written, family first and no comma.
 */
export function personName(name: string): string {
  const groups = groupsOf(name)
  return groups.length === 0 ? 'No name' : groups.join(' · ')
}

/** The first group alone, for narrow places that hold the whole in a tooltip. */
export function shortPersonName(name: string): string {
  return groupsOf(name)[0] ?? 'No name'
}

function groupsOf(name: string): readonly string[] {
  return name.split('=').slice(0, 3).map((group, at) => groupText(group, at === 0 ? ', ' : ' ')).filter((text) => text !== '')
}

function groupText(group: string, afterFamily: string): string {
  const [family = '', given = '', middle = ''] = group.split('^').map((part) => part.trim())
  return [family, [given, middle].filter((part) => part !== '').join(' ')].filter((part) => part !== '').join(afterFamily)
}

/** An instant in the clock of this machine: "14:03" today, "12 Mar 14:03" this year, "12 Mar 2024" before. */
export function instantText(instant: string, nowMs: number): string {
  const at = new Date(instant)
  const now = new Date(nowMs)
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (at.toDateString() === now.toDateString()) return time
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  return at.getFullYear() === now.getFullYear() ? `${day} ${time}` : `${day} ${at.getFullYear()}`
}

/** "850 ms", "4.2 s", "3 min 12 s", "10 min". */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`
}

/** "512 B", "3.4 MB", "12 GB", by powers of 1000. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`
}

/** A count with its noun: "1 study", "2,310 studies". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}

export function countText(count: number): string {
  return count.toLocaleString('en-US')
}
