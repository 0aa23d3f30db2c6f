/** Whether the disk, or the user's share of it, had no room left: as the system says it, or SQLite. */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code === 'ENOSPC' || code === 'EDQUOT' || code.startsWith('SQLITE_FULL')
}

/** Whether nothing can be written at the moment: a full disk, or one that can only be read. */
export function isUnwritable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return isDiskFull(error) || code === 'EROFS' || code.startsWith('SQLITE_READONLY')
}
