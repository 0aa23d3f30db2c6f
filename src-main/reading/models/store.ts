import { desc, eq } from 'drizzle-orm'
import type { Db } from '../../platform/database.ts'
import { licenceAcceptances } from '../tables.ts'

export type Acceptance = typeof licenceAcceptances.$inferSelect

/** Who accepted which terms. Rows are never changed or taken away. */
export function createAcceptanceStore({ sqlite, orm }: Db) {
  sqlite.exec(['update', 'delete'].map((act) => `create trigger if not exists licence_acceptances_no_${act} before ${act} on licence_acceptances begin select raise(abort, 'history is append-only'); end;`).join('\n'))
  return {
    insert: (row: Acceptance): void => { orm.insert(licenceAcceptances).values(row).run() },
    latest: (repo: string): Acceptance | null => orm.select().from(licenceAcceptances).where(eq(licenceAcceptances.repo, repo)).orderBy(desc(licenceAcceptances.acceptedAt)).limit(1).get() ?? null
  }
}
