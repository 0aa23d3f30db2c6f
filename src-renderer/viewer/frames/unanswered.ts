/** Why a request got no answer, in words of ours: the browser's own tell nobody what to do. One that was stopped stays as it is. */
export function unanswered(cause: unknown): unknown {
  return cause instanceof TypeError ? new Error('Vigil does not answer on this machine. Open the series again in a moment.', { cause }) : cause
}
