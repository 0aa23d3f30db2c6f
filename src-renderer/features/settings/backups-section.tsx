import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { HardDriveDownload } from 'lucide-react'
import type { BackupList } from '../../../src-shared/backup.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { backupsQuery, queryKeys } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { bytesText, instantText } from '../../ui/format.ts'
import { useNotify } from '../../ui/notices.tsx'
import { useNow } from '../../ui/now.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'

const kinds: Readonly<Record<BackupList['backups'][number]['kind'], string>> = { nightly: 'nightly', 'by-hand': 'by hand', 'before-migration': 'before an update', 'before-restore': 'before a restore' }
const shown = 5

/** Copies of the database: the last, the next, and one at once. */
export function BackupsSection() {
  const backups = useQuery(backupsQuery(useApi()))
  if (backups.data === undefined) return backups.isError ? <ErrorState title="The backups can't be read" message={messageOf(backups.error)} onRetry={() => { void backups.refetch() }} /> : <Skeleton height={120} />
  return <Known list={backups.data} />
}

function Known({ list }: Readonly<{ list: BackupList }>) {
  const api = useApi()
  const client = useQueryClient()
  const notify = useNotify()
  const isAdmin = useHasRole('admin')
  const now = useNow(60_000)
  const onSuccess = (next: BackupList) => { client.setQueryData(queryKeys.backups, next); void client.invalidateQueries({ queryKey: queryKeys.system }) }
  const onError = (error: Error) => { notify('error', messageOf(error)); void client.invalidateQueries({ queryKey: queryKeys.backups }) }
  const make = useMutation({ mutationFn: () => api.backups.make(), onSuccess: (next: BackupList) => { onSuccess(next); notify('done', 'A copy of the database was made and read back.') }, onError })
  const setHour = useMutation({ mutationFn: (hour: number) => api.backups.setHour(hour), onSuccess, onError })
  const [newest] = list.backups
  return (
    <section className="settings-card" aria-labelledby="settings-backups">
      <h2 id="settings-backups">Backups</h2>
      <dl className="facts">
        <dt>Last copy</dt><dd>{newest === undefined ? 'none yet' : `${instantText(newest.createdAt, now)}, ${bytesText(newest.bytes)}, read back and sound`}</dd>
        <dt>Next</dt><dd>{list.nextAt === null ? '–' : Date.parse(list.nextAt) <= now ? 'as soon as the workstation rests' : instantText(list.nextAt, now)}</dd>
        <dt>Folder</dt><dd className="settings-path">{list.folder}</dd>
      </dl>
      {list.lastError === null ? null : <p className="settings-warning">The last backup failed: {list.lastError}</p>}
      <p className="quiet small">Copies hold the database: studies, findings, reports, the trail. The images lie beside it, and <code>vigil db backup --with-blobs DIR</code> copies both to another disk. Kept are 7 days, 4 weeks, 6 months.</p>
      {list.backups.length === 0 ? null : (
        <table className="plain-table">
          <caption className="visually-hidden">The newest copies</caption>
          <thead><tr><th scope="col">When</th><th scope="col">Why</th><th scope="col">Size</th><th scope="col">File</th></tr></thead>
          <tbody>{list.backups.slice(0, shown).map(({ name, createdAt, kind, bytes }) => <tr key={name}><td className="settings-nowrap">{instantText(createdAt, now)}</td><td>{kinds[kind]}</td><td>{bytesText(bytes)}</td><td className="settings-path">{name}</td></tr>)}</tbody>
        </table>
      )}
      {isAdmin ? (
        <div className="row">
          <Button disabled={make.isPending || list.isRunning} onClick={() => { make.mutate() }}><HardDriveDownload aria-hidden />{make.isPending || list.isRunning ? 'Copying…' : 'Back up now'}</Button>
          <label className="row"><span className="quiet">Each night at</span><select className="input backup-hour" value={list.hour} onChange={(event) => { setHour.mutate(Number(event.target.value)) }}>{Array.from({ length: 24 }, (_, hour) => <option key={hour} value={hour}>{`${String(hour).padStart(2, '0')}:00`}</option>)}</select></label>
        </div>
      ) : null}
    </section>
  )
}
