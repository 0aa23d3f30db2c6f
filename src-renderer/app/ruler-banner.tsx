import { useQuery } from '@tanstack/react-query'
import { ShieldAlert } from 'lucide-react'
import { useApi } from '../api/api-context.tsx'
import { systemQuery } from '../api/queries.ts'

/** Loud on every screen while the workstation's own ruler is off: a wrong millimetre is worse than none. */
export function RulerBanner() {
  const { data } = useQuery(systemQuery(useApi()))
  if (data === undefined || data.ruler.isTrue) return null
  const off = data.ruler.checks.filter((check) => !check.ok).map((check) => `${check.name} reads ${check.measured} ${check.unit}, should be ${check.expected}`)
  return (
    <div className="banner banner-danger" role="alert">
      <ShieldAlert aria-hidden />
      <span className="grow">Measuring is locked: the check of this workstation’s own ruler {data.ruler.checks.length === 0 ? 'has not passed' : 'failed'}. {off.slice(0, 2).join('. ')}{off.length > 0 ? '.' : ''} Restart Vigil; if it stays, do not measure here.</span>
    </div>
  )
}
