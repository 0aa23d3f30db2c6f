// Writes the next migration from the tables of all rooms: `npm run db:generate -- --name what_changed`.
// drizzle-kit can't write STRICT tables, so the word is added to what it has just written; older migrations are never touched.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'resources', 'migrations')
const known = new Set(existsSync(folder) ? readdirSync(folder) : [])
execFileSync(process.execPath, [join(import.meta.dirname, '..', 'node_modules', 'drizzle-kit', 'bin.cjs'), 'generate', ...process.argv.slice(2)], { stdio: 'inherit' })
for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql') && !known.has(file))) {
  const path = join(folder, name)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/^\);$/gm, ') STRICT;').replaceAll(/^\)(?=\s*--> statement-breakpoint)/gm, ') STRICT'))
}
