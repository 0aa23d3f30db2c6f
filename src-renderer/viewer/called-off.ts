/** Takes silently what ended because it was no longer wanted (its series or its viewer was closed), which is no failure; every other cause goes on. */
export function ignoreCalledOff(cause: unknown): void {
  if (!(cause instanceof DOMException && cause.name === 'AbortError')) throw cause
}
