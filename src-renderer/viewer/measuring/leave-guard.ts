export type LeaveHooks = Readonly<{ isUnsaved: () => boolean; sendNow: () => void; retry: () => void }>

/**
 * While something is not saved the browser asks before it leaves the page; whatever still waits when the page goes is sent in the last moment, and
 * again as soon as the network is back. Answers the way to stop.
 */
export function guardLeaving({ isUnsaved, sendNow, retry }: LeaveHooks): () => void {
  const listening = new AbortController()
  const { signal } = listening
  window.addEventListener('beforeunload', (event) => { if (isUnsaved()) event.preventDefault() }, { signal })
  window.addEventListener('pagehide', sendNow, { signal })
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') retry() }, { signal })
  window.addEventListener('online', retry, { signal })
  return () => { listening.abort() }
}
