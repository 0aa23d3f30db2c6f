/** What was read lately, by the hash of its file: asked again, it is not read again. Those not asked for longest go first. A failure is not kept. */
export function createKept<T>({ most, mostBytes, bytesOf }: Readonly<{ most: number, mostBytes: number, bytesOf: (value: T) => number }>) {
  const kept = new Map<string, { value: T, bytes: number }>()
  const running = new Map<string, Promise<T>>()
  let bytes = 0

  const drop = (key: string) => {
    bytes -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }
  const keep = (key: string, value: T) => {
    const own = bytesOf(value)
    kept.set(key, { value, bytes: own })
    bytes += own
    for (const oldest of kept.keys()) {
      if ((kept.size <= most && bytes <= mostBytes) || kept.size === 1) return
      drop(oldest)
    }
  }

  return {
    /** `read` runs once for all who ask at the same time. */
    async get(key: string, read: () => Promise<T>): Promise<T> {
      const known = kept.get(key)
      if (known !== undefined) {
        kept.delete(key)
        kept.set(key, known)
        return known.value
      }
      const already = running.get(key)
      if (already !== undefined) return already
      const reading = read()
      running.set(key, reading)
      try {
        const value = await reading
        keep(key, value)
        return value
      } finally {
        running.delete(key)
      }
    }
  }
}
