import { BackupList } from '../../src-shared/backup.ts'
import type { Http } from './http.ts'

export function createBackupsApi(http: Http) {
  return {
    list: (signal?: AbortSignal) => http.get('/api/backups', BackupList, signal),
    make: () => http.send('POST', '/api/backups', {}, BackupList),
    setHour: (hour: number) => http.send('PUT', '/api/backups/settings', { hour }, BackupList)
  }
}
