import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Locator } from 'playwright-core'
import sharp from 'sharp'

const folder = resolve(import.meta.dirname, '..', 'e2e', 'golden')
const results = resolve(import.meta.dirname, '..', '..', 'test-results')

/** Share of pixels that may differ by more than `levelTolerance` grey levels in any colour. */
export type Tolerance = Readonly<{ share: number, level: number }>
/** Words are drawn a little differently by another build of the browser; a picture that moved by a pixel exceeds it. */
export const usual: Tolerance = { share: 0.005, level: 40 }

/**
 * How far a part of the page is from its kept picture: the share of pixels that differ. `VIGIL_GOLDEN=write` keeps what is seen now instead.
 * The picture that differed lies in `test-results` beside a picture of the differences.
 */
export async function differenceFrom(part: Locator, name: string, { level }: Tolerance = usual): Promise<number> {
  const seen = await part.screenshot({ animations: 'disabled', caret: 'hide' })
  const kept = join(folder, `${name}.png`)
  if (process.env['VIGIL_GOLDEN'] === 'write') {
    mkdirSync(folder, { recursive: true })
    writeFileSync(kept, await sharp(seen).png({ palette: true, colours: 128, effort: 10 }).toBuffer())
    return 0
  }
  if (!existsSync(kept)) throw new Error(`There is no kept picture ${name}. Look at the screen, then run the test with VIGIL_GOLDEN=write.`)
  const [a, b] = await Promise.all([seen, kept].map((picture) => sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })))
  if (a === undefined || b === undefined || a.info.width !== b.info.width || a.info.height !== b.info.height) return 1
  const differences = Buffer.alloc(a.info.width * a.info.height)
  let count = 0
  for (let at = 0; at < differences.length; at += 1) {
    const away = Math.max(...[0, 1, 2].map((channel) => Math.abs((a.data[at * 3 + channel] ?? 0) - (b.data[at * 3 + channel] ?? 0))))
    differences[at] = Math.min(255, away * 4)
    if (away > level) count += 1
  }
  if (count > 0) {
    mkdirSync(results, { recursive: true })
    writeFileSync(join(results, `${name}-seen.png`), seen)
    await sharp(differences, { raw: { width: a.info.width, height: a.info.height, channels: 1 } }).png().toFile(join(results, `${name}-difference.png`))
  }
  return count / differences.length
}
