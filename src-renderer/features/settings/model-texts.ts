import type { ModelDownload, ModelList } from '../../../src-shared/models.ts'
import { bytesText } from '../../ui/format.ts'

/** Where a download is, in words. */
export function downloadText({ state, bytesDone, bytesTotal, filesDone, filesTotal, bytesPerSecond }: ModelDownload): string {
  const amount = `${bytesText(bytesDone)} of ${bytesText(bytesTotal)}`
  switch (state) {
    case 'queued': return 'waits for the download before it'
    case 'running': return [amount, `file ${Math.min(filesDone + 1, filesTotal)} of ${filesTotal}`, ...(bytesPerSecond === null || bytesPerSecond <= 0 ? [] : [`${bytesText(bytesPerSecond)} a second`, leftText((bytesTotal - bytesDone) / bytesPerSecond)])].join(', ')
    case 'verifying': return `${amount}, checking what came`
    case 'failed': return `stopped at ${amount}`
    case 'cancelled': return `cancelled at ${amount}`
    default: return state satisfies never
  }
}

function leftText(seconds: number): string {
  return seconds < 90 ? `about ${Math.max(1, Math.round(seconds))} s left` : `about ${Math.round(seconds / 60)} min left`
}

/** Where the access token is, and where a new one would be. */
export function tokenText({ token, canKeepToken }: Pick<ModelList, 'token' | 'canKeepToken'>): string {
  const place = canKeepToken ? 'It is sealed by this system’s keychain.' : 'This system has no keychain that Vigil can use, so it is kept until Vigil ends and never written.'
  switch (token) {
    case 'environment': return 'An access token comes from the environment (HF_TOKEN).'
    case 'keychain': return 'An access token is sealed by this system’s keychain.'
    case 'memory': return 'An access token is kept until Vigil ends.'
    case 'none': return `Gated repositories ask for an access token. ${place}`
    default: return token satisfies never
  }
}
