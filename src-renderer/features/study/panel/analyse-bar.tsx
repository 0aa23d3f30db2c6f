import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Play, Square } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ProtocolName } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import type { StudyAnalysis } from '../../../api/analysis.ts'
import { messageOf } from '../../../api/failures.ts'
import { queryKeys } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import { Progress } from '../../../ui/states.tsx'
import { analysisText, isRunning, protocolNames, refusalOf, stepText } from './analysis-texts.ts'

/** Starts, shows and stops the measuring of a study. Which protocol fits is decided from the data, and can be overruled with open eyes. */
export function AnalyseBar({ studyUid, known, isReadOnly }: Readonly<{ studyUid: StudyUid, known: StudyAnalysis, isReadOnly: boolean }>) {
  const api = useApi()
  const notify = useNotify()
  const queryClient = useQueryClient()
  const refresh = () => { void queryClient.invalidateQueries({ queryKey: queryKeys.study(studyUid) }) }
  const onError = (error: Error) => { notify('error', messageOf(error)) }
  const start = useMutation({ mutationFn: (protocol: ProtocolName | 'auto') => api.analysis.start(studyUid, { protocol }), onSuccess: refresh, onError })
  const cancel = useMutation({ mutationFn: (id: string) => api.analysis.cancel(id), onSuccess: refresh, onError })
  const { analysis } = known
  const running = analysis !== null && isRunning(analysis) ? analysis : null
  const isOffered = !isReadOnly && running === null && !start.isPending
  const refusal = refusalOf(known.protocols)
  const canStart = isOffered && refusal === null
  useCommands([{ id: 'study.analyse', isEnabled: canStart, run: () => { start.mutate('auto') } }])
  return (
    <section className="analyse" aria-label="Analysis">
      <div className="row">
        <p className="grow">{analysisText(analysis)}</p>
        {running === null ? null : <Button onClick={() => { cancel.mutate(running.id) }}><Square aria-hidden />Cancel</Button>}
        {isOffered ? <Button disabled={!canStart} onClick={() => { start.mutate('auto') }}><Play aria-hidden />{analysis === null ? 'Analyse' : 'Again'} <CommandKeys command="study.analyse" /></Button> : null}
        {canStart ? <ProtocolMenu protocols={known.protocols} onChoose={(name) => { start.mutate(name) }} /> : null}
      </div>
      {isOffered && refusal !== null ? <p className="quiet small">{refusal}</p> : null}
      {running === null ? null : <><Progress fraction={running.progress} label="Analysis" /><p className="quiet small">{stepText(running)}</p></>}
      {(analysis?.warnings ?? []).map((warning) => <p key={warning.code} className="analyse-warning">{warning.message}</p>)}
    </section>
  )
}

function ProtocolMenu({ protocols, onChoose }: Readonly<{ protocols: StudyAnalysis['protocols'], onChoose: (name: ProtocolName) => void }>) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild><Button className="button-icon" aria-label="Choose the protocol"><ChevronDown aria-hidden /></Button></DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          {protocols.map(({ name, applies, reason }) => (
            <DropdownMenu.Item key={name} className="menu-item" onSelect={() => { onChoose(name) }}>
              <span>{protocolNames[name]}{applies ? '' : ' (does not fit)'}<span className="menu-item-hint">{reason}</span></span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
