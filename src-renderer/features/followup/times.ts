const minuteMs = 60_000

/** An instant as the wall clock of that zone shows it, for a field of date and time: "2026-03-02T14:00". */
export function localInput(instant: string, timeZone: string): string {
  return new Date(wallMs(Date.parse(instant), timeZone)).toISOString().slice(0, 16)
}

/**
 * The instant at which that zone's wall clock shows `local`; null where it is no date and time. In the hour that a change of the clocks
 * leaves out it is as much later as the clocks were put forward.
 */
export function instantOfLocal(local: string, timeZone: string): string | null {
  const wanted = Date.parse(`${local}Z`)
  if (Number.isNaN(wanted)) return null
  const offset = (ms: number) => wallMs(ms, timeZone) - ms
  return new Date(wanted - offset(wanted - offset(wanted))).toISOString()
}

/** The wall clock of a zone, to the minute, as if it were UTC. */
function wallMs(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(Math.floor(ms / minuteMs) * minuteMs)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
}

/** "Mon 2 Mar, 14:00": what a clock on the patient's wall shows. */
export function zonedText(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant))
}

/** "in 2 d", "in 3 h", "now", "5 min ago". */
export function relativeText(instant: string, nowMs: number): string {
  const ms = Date.parse(instant) - nowMs
  const size = Math.abs(ms)
  if (size < minuteMs) return 'now'
  const text = size < 60 * minuteMs ? `${Math.floor(size / minuteMs)} min` : size < 48 * 60 * minuteMs ? `${Math.floor(size / (60 * minuteMs))} h` : `${Math.floor(size / (24 * 60 * minuteMs))} d`
  return ms > 0 ? `in ${text}` : `${text} ago`
}
