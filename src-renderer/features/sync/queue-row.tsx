import { Ban, Check, CircleDashed, CloudUpload, Hourglass, RotateCw, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { OutboxItem } from '../../../src-shared/sync.ts'
import { IconButton } from '../../ui/button.tsx'
import { instantText, shortPersonName } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import { Progress } from '../../ui/states.tsx'
import { itemWords, reasonText, sizeText, targetNames } from './sync-texts.ts'

const marks: Readonly<Record<OutboxItem['state'], ReactNode>> = {
  waiting: <Hourglass aria-hidden />, sending: <CloudUpload aria-hidden />, unknown: <CircleDashed aria-hidden />, done: <Check aria-hidden />, dead: <TriangleAlert aria-hidden />, cancelled: <Ban aria-hidden />
}
type RowProps = Readonly<{ item: OutboxItem, isSelected: boolean, mayCancel: boolean, onSelect: () => void, onRetry: () => void, onCancel: () => void }>

export function QueueRow({ item, isSelected, mayCancel, onSelect, onRetry, onCancel }: RowProps) {
  const now = useNow(1000)
  const { state, bytesDone, bytesTotal } = item
  const fraction = state === 'sending' && bytesTotal !== null && bytesTotal > 0 ? bytesDone / bytesTotal : null
  return (
    <tr id={`sync-item-${item.id}`} aria-selected={isSelected} data-state={state} onClick={onSelect}>
      <td>{item.title}</td>
      <td>{item.patient === '' ? '–' : shortPersonName(item.patient)}</td>
      <td className="sync-nowrap">{targetNames[item.target]}</td>
      <td className="sync-nowrap sync-size">{sizeText(item)}{fraction === null ? null : <Progress fraction={fraction} label={`${Math.floor(fraction * 100)} % sent`} />}</td>
      <td><span className={`sync-state sync-state-${state}`}>{marks[state]}{itemWords[state]}</span></td>
      <td>{item.tries}</td>
      <td className="sync-why">{state === 'done' && item.doneAt !== null ? <span className="quiet">Arrived {instantText(item.doneAt, now)}</span> : reasonText(item, now)}</td>
      <td className="sync-acts">
        {item.isRetryable ? <IconButton name="Try again" onClick={(event) => { event.stopPropagation(); onRetry() }}><RotateCw aria-hidden /></IconButton> : null}
        {item.isCancellable && mayCancel ? <IconButton name="Call it off" onClick={(event) => { event.stopPropagation(); onCancel() }}><X aria-hidden /></IconButton> : null}
      </td>
    </tr>
  )
}
