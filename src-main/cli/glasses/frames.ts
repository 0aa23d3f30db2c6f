import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { AppError } from '../../../src-shared/errors.ts'
import { maxFrameBytes } from '../../../src-shared/glasses.ts'

/** As Meta glasses send it: upright, this many pixels. */
const size = { width: 504, height: 896 } as const
const seconds = 4
const drawnPerSecond = 12

/** The JPEG and PNG files of a folder, by name. Throws an AppError where there is none. */
export async function framesOfFolder(folder: string): Promise<Buffer[]> {
  const names = await readdir(folder).catch((cause: unknown) => { throw new AppError('not-found', 'The folder of the frames can not be read. Check --frames.', { cause }) })
  const pictures = names.filter((name) => /\.(?:jpe?g|png)$/i.test(name)).toSorted()
  if (pictures.length === 0) throw new AppError('not-found', 'The folder of --frames holds no JPEG and no PNG.')
  const frames = await Promise.all(pictures.slice(0, 2000).map((name) => readFile(join(folder, name))))
  if (frames.some(({ length }) => length > maxFrameBytes)) throw new AppError('too-large', `A frame of the folder is larger than ${maxFrameBytes / 1024 / 1024} MB.`)
  return frames
}

/** A ward as somebody walks through it, drawn by us: a corridor that comes nearer, a door, somebody who waits. Some seconds, to be sent in a ring. */
export async function drawnFrames(): Promise<Buffer[]> {
  const frames: Buffer[] = []
  for (let index = 0; index < seconds * drawnPerSecond; index++) frames.push(await sharp(Buffer.from(scene(index / (seconds * drawnPerSecond)))).jpeg({ quality: 80 }).toBuffer())
  return frames
}

/** One picture of the walk, as SVG. `at` from 0 to 1. */
function scene(at: number): string {
  const { width, height } = size
  const middle = width / 2 + 18 * Math.sin(2 * Math.PI * at)
  const horizon = height * 0.42 + 8 * Math.sin(4 * Math.PI * at)
  const near = 0.6 + 0.9 * at
  const [doorWidth, doorHeight] = [90 * near, 210 * near]
  const figure = { x: middle + 120 * near, y: horizon + 120 * near, tall: 170 * near }
  const lamps = Array.from({ length: 5 }, (_, index) => {
    const depth = (index / 5 + at) % 1
    return `<rect x="${middle - 60 * depth - 8}" y="${horizon - 380 * depth}" width="${120 * depth + 16}" height="${10 + 26 * depth}" rx="6" fill="#fdf6df"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="#c9d3d6"/>
    <polygon points="0,${height} ${width},${height} ${middle + 70},${horizon + 60} ${middle - 70},${horizon + 60}" fill="#8c9a8e"/>
    <polygon points="0,0 0,${height} ${middle - 70},${horizon + 60} ${middle - 70},${horizon - 130}" fill="#dfe6e4"/>
    <polygon points="${width},0 ${width},${height} ${middle + 70},${horizon + 60} ${middle + 70},${horizon - 130}" fill="#d3dcda"/>
    ${lamps.join('')}
    <rect x="${middle - doorWidth / 2}" y="${horizon + 60 - doorHeight * 0.8}" width="${doorWidth}" height="${doorHeight * 0.8}" fill="#6f8fa6"/>
    <circle cx="${figure.x}" cy="${figure.y - figure.tall * 0.6}" r="${22 * near}" fill="#b98b6c"/>
    <rect x="${figure.x - 32 * near}" y="${figure.y - figure.tall * 0.5}" width="${64 * near}" height="${figure.tall * 0.8}" rx="${20 * near}" fill="#3f6f6a"/>
  </svg>`
}
