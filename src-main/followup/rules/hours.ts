/** Whole hours of the local day: from `from` o'clock until just before `to` o'clock. */
export type ContactHours = Readonly<{ from: number, to: number }>

const minuteMs = 60_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Minutes since midnight as the wall clock of that zone shows them. */
export function localMinutes(at: Date, timeZone: string): number {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    formats.set(timeZone, format)
  }
  const parts = format.formatToParts(at)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0)
  return part('hour') * 60 + part('minute')
}

export function isContactHour(at: Date, timeZone: string, { from, to }: ContactHours): boolean {
  const minutes = localMinutes(at, timeZone)
  return minutes >= from * 60 && minutes < to * 60
}

/**
 * The first instant, not before `at`, at which a phone in that zone may ring. Where clocks are put forward over the opening hour, it is the
 * first minute after the gap; where they are put back, the first of the two.
 */
export function nextContactTime(at: Date, timeZone: string, hours: ContactHours): Date {
  if (isContactHour(at, timeZone, hours)) return at
  const minutes = localMinutes(at, timeZone)
  const wait = (hours.from * 60 - minutes + 24 * 60) % (24 * 60)
  // Zones differ from UTC by whole minutes today: the next minute begins at a whole one.
  const minute = Math.floor(at.getTime() / minuteMs) * minuteMs
  // A change of the clocks moves the hour by at most two (Lord Howe by half of one, Troll by two): look from before it, minute by minute.
  for (let ms = minute + Math.max(1, wait - 125) * minuteMs; ms <= minute + (wait + 125) * minuteMs; ms += minuteMs) {
    if (ms >= at.getTime() && isContactHour(new Date(ms), timeZone, hours)) return new Date(ms)
  }
  // A whole local day was left out (Apia, 2011): the next one is as good.
  return nextContactTime(new Date(minute + 24 * 60 * minuteMs), timeZone, hours)
}

export function localTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
}
