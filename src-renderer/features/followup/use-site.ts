import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.tsx'
import { followupSettingsQuery } from '../../api/queries.ts'
import { linkOfLength, type Site } from './followup-texts.ts'

/** What stands for `{clinic}`, `{phone}` and `{link}` in a preview. */
export function useSite(): Site {
  const status = useQuery(followupSettingsQuery(useApi())).data
  return { clinicName: status?.settings.clinicName ?? 'The clinic', clinicPhone: status?.settings.clinicPhone ?? '', link: linkOfLength(status?.portal.address ?? '') }
}
