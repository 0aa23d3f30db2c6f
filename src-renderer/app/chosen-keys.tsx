import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useApi } from '../api/api-context.tsx'
import { viewerPreferencesQuery } from '../api/queries.ts'
import { useCommandRegistry } from '../ui/commands-context.tsx'
import { useNotify } from '../ui/notices.tsx'

/** Puts the keys of the clinician who is signed in in force, and takes them away with the clinician. */
export function ChosenKeys() {
  const registry = useCommandRegistry()
  const notify = useNotify()
  const { data, isError } = useQuery(viewerPreferencesQuery(useApi()))
  const keys = data?.keys
  useEffect(() => { if (keys !== undefined) registry.choose(keys) }, [registry, keys])
  useEffect(() => () => { registry.choose({}) }, [registry])
  const isUnknown = isError && keys === undefined
  useEffect(() => { if (isUnknown) notify('error', 'The keys that you chose can’t be read; every command has its usual key for now.') }, [isUnknown, notify])
  return null
}
