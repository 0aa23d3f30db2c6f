/** Bytes for decoded images: an eighth of the machine's memory, between 256 MiB and 1 GiB; 768 MiB where the browser does not tell. */
export function defaultBudget(): number {
  // Chromium's `deviceMemory` (GiB, coarse) is in no type library.
  const memory: unknown = Reflect.get(navigator, 'deviceMemory')
  const gibibytes = typeof memory === 'number' ? memory / 8 : 0.75
  return Math.min(1, Math.max(0.25, gibibytes)) * 2 ** 30
}
