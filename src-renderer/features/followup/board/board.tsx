import { CalendarCheck, RefreshCw } from 'lucide-react'
import type { Board as BoardData } from '../../../../src-shared/followup.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { countText, instantText } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { EmptyState } from '../../../ui/states.tsx'
import { columns } from '../followup-texts.ts'
import { useActionActs } from '../use-followup.ts'
import { ActionCard } from './action-card.tsx'
import { ActionDesk } from './action-desk.tsx'

/** Four columns by time; the edge sorts them, risk first. */
export function Board({ board }: Readonly<{ board: BoardData }>) {
  const now = useNow(15_000)
  const { look } = useActionActs()
  useCommands([{ id: 'followup.look', isEnabled: !look.isPending, run: () => { look.mutate() } }])
  const isEmpty = columns.every(({ name }) => board.counts[name] === 0)
  return (
    <>
      <div className="row">
        <span className="quiet small grow">{board.lastDispatchAt === null ? 'Not looked yet since the start.' : `Last looked ${instantText(board.lastDispatchAt, now)}; it looks again each minute.`}</span>
        <Button disabled={look.isPending} onClick={() => { look.mutate() }}><RefreshCw aria-hidden />Look now <CommandKeys command="followup.look" /></Button>
      </div>
      {isEmpty ? <EmptyState icon={<CalendarCheck aria-hidden />} title="No follow-up yet" text="When a report is signed a plan is proposed for its patient. It is started from the report: Plan the follow-up." /> : (
        <ActionDesk>
          <div className="followup-board">
            {columns.map(({ name, title, empty }) => (
              <section key={name} className="followup-column" aria-label={title} data-column={name} data-empty={board.counts[name] === 0}>
                <h2>{title} <span className="quiet tabular">{countText(board.counts[name])}</span></h2>
                {board[name].length === 0 ? <p className="quiet followup-none">{empty}</p> : <ul className="followup-cards" aria-label={title}>{board[name].map((action) => <ActionCard key={action.id} action={action} nowMs={now} />)}</ul>}
                {board.counts[name] > board[name].length ? <p className="quiet small followup-none">{countText(board.counts[name] - board[name].length)} more are not shown.</p> : null}
              </section>
            ))}
          </div>
        </ActionDesk>
      )}
    </>
  )
}
