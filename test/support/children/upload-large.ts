// Uploads one large file and says how much memory it took at the most, beyond what it took before: `node upload-large.ts <url> <file> <sha256>`.
import { createCloudStorage } from '../../../src-main/sync/storage/cloud.ts'
import { createHttpClient } from '../../../src-main/sync/storage/http.ts'
import { createLimit } from '../../../src-main/sync/storage/limit.ts'
import { fileSource } from '../../../src-main/sync/storage/source.ts'

const [, , url = '', file = '', sha256 = ''] = process.argv
const { signal } = new AbortController()
const storage = createCloudStorage({ url, bucket: 'clinic-bucket', auth: { token: async () => null, sign: async () => '', email: async () => '' }, http: createHttpClient(), limit: createLimit(() => 0) })
const idle = process.memoryUsage().rss
let most = idle
const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss) }, 50)
const startedMs = performance.now()
const source = await fileSource(file, sha256, signal)
await storage.put({ name: 'large', contentType: 'application/dicom', source }, { signal, session: null, keep: () => undefined, onBytes: () => undefined, gate: () => undefined })
clearInterval(watch)
process.stdout.write(JSON.stringify({ mb: (most - idle) / 1e6, mostMb: most / 1e6, seconds: (performance.now() - startedMs) / 1000, bytes: source.bytes }))
await storage.close()
