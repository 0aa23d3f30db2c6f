import type { CloudRow } from './store.ts'

export const MANIFEST_FORMAT = 'vigil-manifest/1'
export type ManifestFacts = Readonly<{ studyUid: string, workstation: string, appVersion: string, rows: readonly CloudRow[], leftOut: Readonly<Record<string, number>> | undefined }>

/**
 * What lies in the bucket of a study: names, hashes, sums, generations. Written last, so that whoever reads the newest manifest sees whole
 * studies alone. The same rows give the same bytes.
 */
export function manifestBytes({ studyUid, workstation, appVersion, rows, leftOut }: ManifestFacts): Uint8Array {
  const objects = rows.filter(({ kind }) => kind !== 'manifest').toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, kind, sopInstanceUid, sha256, crc32c, bytes, generation }) => ({ name, kind, ...(sopInstanceUid === null ? {} : { sopInstanceUid }), bytes, sha256, crc32c, generation }))
  return Buffer.from(`${JSON.stringify({ format: MANIFEST_FORMAT, studyUid, workstation, application: `Vigil ${appVersion}`, ...(leftOut === undefined ? {} : { isDeidentified: true, leftOut }), objects }, null, 1)}\n`)
}
