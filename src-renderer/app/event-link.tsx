import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { startEventStream } from '../api/events.ts'
import { liveReadingKey, type LiveReading } from '../api/reading.ts'
import { createCoalescer, staleKeys } from '../api/staleness.ts'
import { useNotify } from '../ui/notices.tsx'
import type { Workstation } from './workstation.ts'

/** Keeps the query cache as fresh as the edge's events, for as long as somebody is signed in. */
export function EventLink({ workstation }: Readonly<{ workstation: Workstation }>) {
  const queryClient = useQueryClient()
  const notify = useNotify()
  useEffect(() => {
    const coalescer = createCoalescer({
      everyMs: 400,
      flush: (keys) => { for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey: [...queryKey] }) }
    })
    const stop = startEventStream({
      http: workstation.http,
      onEvent: (event) => {
        // Words of a model that come by the second go straight to whoever shows them.
        if (event.type === 'reading-progress') queryClient.setQueryData(liveReadingKey(event.readingId), { progress: event.progress, text: event.text } satisfies LiveReading)
        else coalescer.add(staleKeys(event))
        if (event.type === 'intervention') notify('error', `Notice ${event.interventionId}: somebody may need help. Open the Glasses screen.`)
      },
      onState: (state) => {
        workstation.line.getState().set(state)
        if (state === 'refused') coalescer.add([['session']])
      }
    })
    return () => {
      stop()
      coalescer.stop()
    }
  }, [workstation, queryClient, notify])
  return null
}
