import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import type { Picture } from './picture.ts'
import { suvFactorOf } from './reading/suv.ts'
import type { WindowSetting } from './types.ts'

/** The window a picture opens with: the file's own first one, else the whole range of its values. */
export function defaultWindow(picture: Picture, frame: FrameDescription | undefined): WindowSetting {
  if (picture.fileWindow !== undefined) return picture.fileWindow
  const center = frame?.windowCenters[0]
  const width = frame?.windowWidths[0]
  if (center !== undefined && width !== undefined && Number.isFinite(center) && width >= 1) return { center, width }
  if (picture.kind === 'colour') return { center: 128, width: 256 }
  const { minimum, maximum } = picture.padding ?? picture
  return { center: (minimum + maximum + 1) / 2, width: Math.max(1, maximum - minimum + 1) }
}

/** All windows of the file for a frame, in the picture's own values: alternatives to choose from (PS3.3 C.11.2). */
export function fileWindows(series: SeriesDescription, { windowCenters, windowWidths, suvFactor }: FrameDescription): WindowSetting[] {
  const factor = suvFactorOf(series, suvFactor === undefined ? {} : { suvFactor })
  return windowCenters.flatMap((center, at) => {
    const width = windowWidths[at] ?? 0
    return Number.isFinite(center) && width > 0 ? [{ center: center * factor, width: width * factor }] : []
  })
}

/** A window moved by shares of its width; never narrower than 1, as PS3.3 C.11.2.1.2 demands. */
export function movedWindow({ center, width }: WindowSetting, centerBy: number, widthBy: number): WindowSetting {
  return { center: center + centerBy * width, width: Math.max(1, width * (1 + widthBy)) }
}
