import { WifiOff } from 'lucide-react'
import { useLine } from '../../api/line.ts'
import { Button } from '../../ui/button.tsx'
import { instantText } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'

/** Said as long as the list may be older than the truth. */
export function StaleBanner({ onRetry }: Readonly<{ onRetry: () => void }>) {
  const sinceMs = useLine((store) => store.sinceMs)
  const time = instantText(new Date(sinceMs).toISOString(), useNow(30_000))
  return (
    <div className="banner banner-warning" role="alert">
      <WifiOff aria-hidden />
      <span className="grow">No live updates since {time}. What you see may be out of date; it is tried again by itself.</span>
      <Button onClick={onRetry}>Try now</Button>
    </div>
  )
}
