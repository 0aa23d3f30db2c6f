export type Bus<E> = Readonly<{
  publish: (event: E) => void
  /** Returns its unsubscribe. */
  subscribe: (listener: (event: E) => void) => () => void
}>

/**
 * In-process publish and subscribe. A listener that throws is reported to `onError` and does not keep the others from hearing:
 * a broken window must not stop an import.
 */
export function createBus<E>(onError: (error: unknown) => void): Bus<E> {
  const listeners = new Set<(event: E) => void>()
  return {
    publish(event) {
      for (const listener of listeners) {
        try { listener(event) } catch (error) { onError(error) }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    }
  }
}
