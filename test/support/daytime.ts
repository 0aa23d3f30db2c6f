/** A zone in which it is the middle of the day now, whenever a test runs: no phone sleeps there. */
export function daytimeZone(): string {
  const offset = 12 - new Date().getUTCHours()
  return offset === 0 ? 'Etc/GMT' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`
}
