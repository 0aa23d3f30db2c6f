// Import beside a bare loop of read, SHA-256, write, fsync and rename over the same files, in turns, and beside Orthanc's C-STORE where it is installed.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { hash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createConnection } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { aStudiesRoom, somebody } from '../support/studies-room.ts'
import { makeCorpus, middle, report, type Corpus } from './corpus.ts'

const scratch = mkdtempSync(join(tmpdir(), 'vigil-bench-ingest-'))
const runs = Number(process.env['BENCH_RUNS'] ?? 5)

/** As fast as this runtime stores files durably one after the other, with nothing else to do. */
function bareLoop({ files }: Corpus, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const file of files) {
    const bytes = readFileSync(file)
    const sha256 = hash('sha256', bytes, 'hex')
    const target = join(folder, sha256.slice(0, 2))
    mkdirSync(target, { recursive: true })
    const temporary = join(folder, `.${sha256}`)
    const descriptor = openSync(temporary, 'wx')
    writeSync(descriptor, bytes)
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, join(target, sha256))
  }
}

async function ourImport({ folder, files }: Corpus): Promise<number> {
  const dataDir = mkdtempSync(join(scratch, 'data-'))
  const room = await aStudiesRoom({ dataDir })
  // The application has been running for a while: its threads are there.
  await room.studies.importPaths([warmUp.folder], { actor: somebody })
  const before = process.cpuUsage()
  const began = performance.now()
  const { result } = await room.studies.importPaths([folder], { actor: somebody })
  const seconds = (performance.now() - began) / 1000
  ourCpu.push(cpuSecondsSince(before))
  await room.stop()
  rmSync(dataDir, { recursive: true, force: true })
  if (result.imported !== files.length) throw new Error(`imported ${result.imported} of ${files.length}`)
  return seconds
}

function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const isInstalled = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

async function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => { socket.destroy(); resolve(true) })
    socket.on('error', () => { resolve(false) })
  })
}

/** One association, Nagle's algorithm off on both ends, which otherwise waits 50 ms a file. */
async function orthancStore({ folder, files }: Corpus): Promise<number> {
  const store = mkdtempSync(join(scratch, 'orthanc-'))
  const [http, dimse] = [18_142, 18_114]
  const config = join(store, 'orthanc.json')
  writeFileSync(config, JSON.stringify({
    Name: 'bench', StorageDirectory: store, IndexDirectory: store, Plugins: [], RemoteAccessAllowed: false, AuthenticationEnabled: false, HttpPort: http, DicomPort: dimse,
    DicomAet: 'ORTHANC', DicomAlwaysAllowStore: true, DicomAlwaysAllowEcho: true, TcpNoDelay: true
  }))
  const environment = { ...process.env, TCP_NODELAY: '1' }
  const server = spawn('Orthanc', [config], { stdio: 'ignore', env: environment })
  try {
    for (let tries = 0; !(await isOpen(dimse)) || !(await isOpen(http)); tries++) {
      if (tries > 200) throw new Error('Orthanc did not open its ports')
      await new Promise((resolve) => { setTimeout(resolve, 50) })
    }
    const began = performance.now()
    const client = spawn('storescu', ['-aec', 'ORTHANC', '+sd', '127.0.0.1', String(dimse), folder], { stdio: 'ignore', env: environment })
    const [code] = await once(client, 'close')
    if (code !== 0) throw new Error(`storescu ended with ${String(code)}`)
    const seconds = (performance.now() - began) / 1000
    const { CountInstances: count } = Object(await (await fetch(`http://127.0.0.1:${http}/statistics`)).json())
    if (count !== files.length) throw new Error(`Orthanc holds ${String(count)} of ${files.length}`)
    return seconds
  } finally {
    server.kill('SIGTERM')
    await once(server, 'close')
    rmSync(store, { recursive: true, force: true })
  }
}

const corpus = makeCorpus(join(scratch, 'files'), 450)
const warmUp = makeCorpus(join(scratch, 'warm-up'), 40, { firstIndex: 10_000 })
const megabytes = corpus.bytes / 1e6
console.log(`${corpus.files.length} files, ${megabytes.toFixed(1)} MB, ${corpus.source}; ${runs} runs of each, in turns; load average ${(loadavg()[0] ?? 0).toFixed(1)}`)
const bare: number[] = []
const ours: number[] = []
// Processor time moves less than the clock where other work shares the machine.
const bareCpu: number[] = []
const ourCpu: number[] = []
for (let run = 0; run < runs; run++) {
  const folder = join(scratch, `bare-${run}`)
  const before = process.cpuUsage()
  const began = performance.now()
  bareLoop(corpus, folder)
  bare.push((performance.now() - began) / 1000)
  bareCpu.push(cpuSecondsSince(before))
  rmSync(folder, { recursive: true, force: true })
  ours.push(await ourImport(corpus))
}
const rows: [string, number[]][] = [['bare loop', bare], ['Vigil import', ours]]
const hasOrthanc = isInstalled('Orthanc') && isInstalled('storescu')
if (hasOrthanc) {
  const stored: number[] = []
  for (let run = 0; run < Math.min(3, runs); run++) stored.push(await orthancStore(corpus))
  rows.push(['Orthanc C-STORE', stored])
}
for (const [name, seconds] of rows) {
  const rate = corpus.files.length / middle(seconds)
  console.log(`${name.padEnd(18)} ${rate.toFixed(0).padStart(6)} files/s ${(megabytes / middle(seconds)).toFixed(0).padStart(6)} MB/s   seconds ${seconds.map((value) => value.toFixed(2)).join(' ')}`)
}
console.log(`processor seconds: bare loop ${middle(bareCpu).toFixed(2)}, Vigil import ${middle(ourCpu).toFixed(2)} over its threads`)
const rateOf = (seconds: readonly number[]) => corpus.files.length / middle(seconds)
const share = rateOf(ours) / rateOf(bare)
report('ingest', 'import', rateOf(ours), 'files/s', null)
report('ingest', 'import', megabytes / middle(ours), 'MB/s', null)
report('ingest', 'share of the bare loop', share * 100, '%', ['≥ 75 %', share >= 0.75])
const stored = rows[2]?.[1]
if (stored === undefined) report('ingest', 'times Orthanc C-STORE', null, '×', null, 'Orthanc or storescu is not installed')
else report('ingest', 'times Orthanc C-STORE', rateOf(ours) / rateOf(stored), '×', ['≥ 3 ×', rateOf(ours) / rateOf(stored) >= 3])
rmSync(scratch, { recursive: true, force: true })
