import { z } from 'zod'

const wall = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)

/** Hours by the clock on the wall of this place, "20:00" to "06:00": across midnight where the end lies before the beginning, and on the nights when the clock is changed as long as the wall says. */
export const LocalHours = z.object({ from: wall, to: wall })
export type LocalHours = z.infer<typeof LocalHours>

/** `minuteOfDay` from 0 to 1439. Hours that end where they begin are the whole day. */
export function isWithinHours({ from, to }: LocalHours, minuteOfDay: number): boolean {
  const [begin, end] = [minutesOf(from), minutesOf(to)]
  if (begin === end) return true
  return begin < end ? minuteOfDay >= begin && minuteOfDay < end : minuteOfDay >= begin || minuteOfDay < end
}

function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
}
