import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhantomTruth } from '../../src-shared/analysis.ts'
import { DbBackupJson, DbMigrateJson, DbStatusJson, DoctorJson, ExportJson } from '../../src-shared/cli.ts'
import { ErrorBody } from '../../src-shared/errors.ts'
import { ImportResult } from '../../src-shared/studies.ts'
import { commandLine, type CommandLine } from '../../test/support/command-line.ts'

let vigil: CommandLine
beforeEach(() => { vigil = commandLine() })
afterEach(() => { vigil.remove() })

/** A small body of water: eight slices, written in a moment. */
const smallRecipe = { name: 'SMALL', anatomy: 'water', rows: 64, columns: 64, slices: 8, noiseHu: 0 }
function writeRecipe(recipe: object): string {
  const file = join(vigil.folder, 'recipe.json')
  writeFileSync(file, JSON.stringify(recipe))
  return file
}

describe('mistakes in the command line', () => {
  it('names an unknown command, an unknown option and a missing argument, and ends with 2', async () => {
    const answers = [await vigil.run('improt', 'x'), await vigil.run('doctor', '--fix'), await vigil.run('import'), await vigil.run('db', 'drop')]
    expect(answers.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    expect(answers.map(({ out }) => out)).toEqual(['', '', '', ''])
    expect(answers.map(({ err }) => err.split('\n')[0])).toEqual([
      'There is no command "improt". "npm run vigil -- --help" lists what there is.',
      'Unknown option \'--fix\'. "npm run vigil -- doctor --help" lists what there is.',
      'This command is written: import <paths…>',
      'This command is written: db status, db migrate, db backup, db restore or db check'
    ])
  })

  it('says the same as JSON where JSON was asked for', async () => {
    const { code, out } = await vigil.run('phantom', '--json')
    expect(code).toBe(2)
    expect(ErrorBody.parse(JSON.parse(out)).error).toEqual({ code: 'invalid-request', message: 'Say where the files go: --out DIR' })
  })

  it('names a bad setting and never its value', async () => {
    const { code, err } = await vigil.runWith({ env: { VIGIL_PORT: 'secret-port' } }, 'doctor')
    expect([code, err.includes('VIGIL_PORT'), err.includes('secret-port')]).toEqual([1, true, false])
  })

  it('refuses numbers out of range', async () => {
    const { code, err } = await vigil.run('phantom', '--out', 'p', '--tilt', '80')
    expect([code, err]).toEqual([2, '--tilt must be a number from -30 to 30.\n'])
    expect(await vigil.run('serve', '--port', '99999')).toEqual({ code: 2, out: '', err: '--port must be a number from 0 to 65535.\n' })
  })

  it('takes a negative number as it is written by hand', async () => {
    const { code, err } = await vigil.run('phantom', '--out', 'p', '--tilt', '-80')
    expect([code, err]).toEqual([2, '--tilt must be a number from -30 to 30.\n'])
    const written = await vigil.run('phantom', '--out', 'p', '--tilt', '-10', '--recipe', writeRecipe(smallRecipe), '--json')
    expect(PhantomTruth.parse(JSON.parse(written.out)).recipe.tiltDeg).toBe(-10)
  })

  it('says in one line that the value of an option is missing', async () => {
    const { err } = await vigil.run('phantom', '--out', '--json')
    expect(err).toBe('Option \'--out\' argument is ambiguous. "npm run vigil -- phantom --help" lists what there is.\n')
  })
})

describe('help', () => {
  it('lists each command, on stdout when asked and on stderr when nothing was said', async () => {
    const [asked, nothing] = [await vigil.run('--help'), await vigil.run()]
    expect([asked.code, nothing.code, nothing.out]).toEqual([0, 2, ''])
    for (const name of ['import', 'analyze', 'report', 'export', 'phantom', 'serve', 'db', 'doctor']) expect(asked.out).toContain(`\n  ${name} `)
    expect(nothing.err).toBe(asked.out)
  })

  it('explains each command and does nothing else', async () => {
    for (const name of ['import', 'analyze', 'report', 'export', 'phantom', 'serve', 'db', 'doctor']) {
      const { code, out } = await vigil.run(name, '--help')
      expect([code, out.includes('--data-dir DIR'), out.startsWith(`npm run vigil -- ${name}`)]).toEqual([0, true, true])
    }
    expect(existsSync(join(vigil.folder, 'data'))).toBe(false)
  })
})

describe('phantom and import', () => {
  it('writes a phantom from a recipe of one\'s own, and takes it in once', async () => {
    const recipe = writeRecipe(smallRecipe)
    const written = await vigil.run('phantom', '--out', 'ct', '--recipe', recipe, '--json')
    expect(written).toMatchObject({ code: 0, err: '' })
    const truth = PhantomTruth.parse(JSON.parse(written.out))
    expect(readdirSync(join(vigil.folder, 'ct')).filter((name) => name.endsWith('.dcm'))).toHaveLength(8)
    const first = ImportResult.parse(JSON.parse((await vigil.run('import', 'ct', '--json')).out))
    const second = ImportResult.parse(JSON.parse((await vigil.run('import', 'ct', '--json')).out))
    expect([first.imported, first.duplicates, second.imported, second.duplicates]).toEqual([8, 0, 0, 8])
    expect(first.studies.map(({ studyUid }) => studyUid)).toEqual([truth.studyUid])
    expect(first.studies[0]?.series[0]).toMatchObject({ instances: 8, rows: 64, columns: 64, modality: 'CT' })
  })

  it('counts one as one', async () => {
    await vigil.run('phantom', '--out', 'ct', '--recipe', writeRecipe(smallRecipe))
    const [one = '', two = ''] = readdirSync(join(vigil.folder, 'ct')).filter((name) => name.endsWith('.dcm')).map((name) => join('ct', name))
    const texts = [(await vigil.run('import', one)).out, (await vigil.run('import', one)).out, (await vigil.run('import', one, two)).out]
    expect(texts.map((text) => text.split('\n')[0])).toEqual([
      '1 imported, 0 were here already, 0 left out.', '0 imported, 1 was here already, 0 left out.', '1 imported, 1 was here already, 0 left out.'
    ])
    expect(texts[0]).toMatch(/: 1 instance( |$)/m)
    expect(texts[2]).toMatch(/: 2 instances/)
  })

  it('fails where nothing could be taken in, and still lists each reason', async () => {
    mkdirSync(join(vigil.folder, 'letters'))
    writeFileSync(join(vigil.folder, 'letters', 'note.txt'), 'Dear colleague')
    const { code, out } = await vigil.run('import', 'letters', '--json')
    expect(code).toBe(1)
    expect(ImportResult.parse(JSON.parse(out)).rejected.map((rejection) => rejection.code)).toEqual(['not-dicom'])
  })

  it('does not start where a path is not there', async () => {
    const { code, out } = await vigil.run('import', 'ct', '--json')
    expect(code).toBe(1)
    expect(ErrorBody.parse(JSON.parse(out)).error.code).toBe('not-found')
    expect(existsSync(join(vigil.folder, 'data'))).toBe(false)
  })

  it('ends with 130 when it is cancelled', async () => {
    const recipe = writeRecipe({ ...smallRecipe, slices: 50 })
    const { code, err } = await vigil.runWith({ signal: AbortSignal.abort() }, 'phantom', '--out', 'ct', '--recipe', recipe)
    expect([code, err]).toEqual([130, 'Cancelled. What was finished before is kept.\n'])
  })

  it('names the place of an error in a recipe', async () => {
    const { code, err } = await vigil.run('phantom', '--out', 'ct', '--recipe', writeRecipe({ ...smallRecipe, rows: 4 }))
    expect([code, err.startsWith(`The recipe ${join(vigil.folder, 'recipe.json')} is not valid at "rows"`)]).toEqual([1, true])
  })
})

describe('export', () => {
  it('asks what to write and where, and starts nothing before', async () => {
    expect(await vigil.run('export', 'latest')).toEqual({ code: 2, out: '', err: 'Say what to write and where: --sr, --seg, --kos or --pdf with a FILE.\n' })
    expect((await vigil.run('export', 'latest', '--sr', join('nowhere', 'sr.dcm'))).code).toBe(1)
    expect(existsSync(join(vigil.folder, 'data'))).toBe(false)
  })

  it('writes what was measured as a DICOM file, and says what is not there to be written', { timeout: 60_000 }, async () => {
    const objects = [{ kind: 'stone', place: 'collecting-system', diameterMm: 9, hu: 800, centreMm: [14, -9, 0.5] }]
    const recipe = writeRecipe({ ...smallRecipe, rows: 72, columns: 72, slices: 22, pixelSpacingMm: [1, 1], sliceSpacingMm: 1.5, objects })
    for (const command of [['phantom', '--out', 'ct', '--recipe', recipe], ['import', 'ct'], ['analyze', 'latest', '--wait', '--protocol', 'urinary-stones']]) {
      expect((await vigil.run(...command)).code).toBe(0)
    }
    const { code, out } = await vigil.run('export', 'latest', '--sr', 'sr.dcm', '--json')
    const { files } = ExportJson.parse(JSON.parse(out))
    expect([code, files.map(({ kind }) => kind)]).toEqual([0, ['sr']])
    for (const { path, bytes } of files) expect([readFileSync(path).subarray(128, 132).toString(), readFileSync(path).length]).toEqual(['DICM', bytes])
    const unsigned = await vigil.run('export', 'latest', '--pdf', 'report.dcm')
    expect([unsigned.code, unsigned.err, existsSync(join(vigil.folder, 'report.dcm'))]).toEqual([1, 'The report is not signed, and a draft is no document of the study. Sign it first.\n', false])
  })
})

describe('db', () => {
  it('says that there is none, and makes none by looking', async () => {
    const status = DbStatusJson.parse(JSON.parse((await vigil.run('db', 'status', '--json')).out))
    expect(status).toMatchObject({ exists: false, bytes: 0, migrationsApplied: null, problems: [] })
    expect(existsSync(status.file)).toBe(false)
    expect((await vigil.run('db', 'backup')).code).toBe(1)
  })

  it('refuses a data folder that is a file, or lies below one, and says so', async () => {
    const note = join(vigil.folder, 'note.txt')
    writeFileSync(note, 'Dear colleague')
    for (const dataDir of [note, join(note, 'below')]) {
      const { code, out, err } = await vigil.run('db', 'status', '--data-dir', dataDir)
      expect([code, out, err]).toEqual([1, '', 'What is given as the data folder is a file, or lies below one. Choose a folder with --data-dir.\n'])
    }
  })

  it('makes, looks at and copies a database', async () => {
    const made = DbMigrateJson.parse(JSON.parse((await vigil.run('db', 'migrate', '--json')).out))
    const again = DbMigrateJson.parse(JSON.parse((await vigil.run('db', 'migrate', '--json')).out))
    expect([made.before, again.before, made.backup, again.backup]).toEqual([null, made.after, null, null])
    const status = DbStatusJson.parse(JSON.parse((await vigil.run('db', 'status', '--json')).out))
    expect(status).toMatchObject({ exists: true, migrationsApplied: status.migrationsShipped, problems: [], rows: { studies: 0 } })
    const { backup } = DbBackupJson.parse(JSON.parse((await vigil.run('db', 'backup', '--json')).out))
    expect(readFileSync(backup).subarray(0, 15).toString()).toBe('SQLite format 3')
  })

  it('tells a damaged file from a healthy one', async () => {
    mkdirSync(join(vigil.folder, 'data'))
    writeFileSync(join(vigil.folder, 'data', 'vigil.sqlite'), 'no database at all, '.repeat(200))
    expect((await vigil.run('db', 'status')).code).toBe(1)
    const { checks, isHealthy } = DoctorJson.parse(JSON.parse((await vigil.run('doctor', '--port', '0', '--json')).out))
    expect([isHealthy, checks.find(({ name }) => name === 'database')?.state]).toEqual([false, 'fail'])
  })
})

describe('doctor', () => {
  it('looks at everything once and says what to do where something is wrong', async () => {
    const { out } = await vigil.run('doctor', '--port', '0', '--json')
    const { checks } = DoctorJson.parse(JSON.parse(out))
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'native modules', 'data folder', 'disk', 'database', 'electron', 'browser', 'test browser', 'port', 'LAN port']))
    expect(checks.filter(({ state, advice }) => (state === 'ok') !== (advice === ''))).toEqual([])
  })
})
