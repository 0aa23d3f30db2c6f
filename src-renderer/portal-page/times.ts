/** An instant in the patient's time zone: "Friday, November 14, 2026 at 10:20 AM". Empty for what is no instant. */
export function dayAndTime(instant: string, timeZone: string, locale: string): string {
  return written(instant, locale, { dateStyle: 'full', timeStyle: 'short', ...inZone(timeZone) })
}

export function day(instant: string, timeZone: string, locale: string): string {
  return written(instant, locale, { dateStyle: 'long', ...inZone(timeZone) })
}

/** A day as it is written in the images, without an hour and so without a zone. */
export function studyDay(date: string, locale: string): string {
  return written(`${date}T12:00:00Z`, locale, { dateStyle: 'long', timeZone: 'UTC' })
}

/** By the phone's own clock. */
export function clockTime(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(atMs)
}

/** "Central European Time", or its name in the database where there is no other. */
export function zoneName(timeZone: string, locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'longGeneric', ...inZone(timeZone) }).formatToParts(Date.now())
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

function written(instant: string, locale: string, options: Intl.DateTimeFormatOptions): string {
  const at = Date.parse(instant)
  return Number.isNaN(at) ? '' : new Intl.DateTimeFormat(locale, options).format(at)
}

/** A zone that this phone has never heard of would throw: then it is the phone's own. */
function inZone(timeZone: string): Readonly<{ timeZone?: string }> {
  try {
    return { timeZone: new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone }
  } catch {
    return {}
  }
}
