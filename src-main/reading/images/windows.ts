/** A range of Hounsfield units, spread over 0–255; what lies outside is clipped, and values are rounded to the nearest. */
export type HuWindow = Readonly<{ fromHu: number, toHu: number }>

/** Red, green and blue as MedGemma 1.5 was trained on CT: the whole range, soft tissue, brain. */
export const trainedWindows: readonly [HuWindow, HuWindow, HuWindow] = [{ fromHu: -1024, toHu: 1024 }, { fromHu: -135, toHu: 215 }, { fromHu: 0, toHu: 80 }]
/** For close looks at something dense: the whole range, soft tissue, bone and stone. */
export const stoneWindows: readonly [HuWindow, HuWindow, HuWindow] = [{ fromHu: -1024, toHu: 1024 }, { fromHu: -135, toHu: 215 }, { fromHu: 100, toHu: 1500 }]

export function windowed(values: Int16Array, { fromHu, toHu }: HuWindow): Uint8Array {
  const out = new Uint8Array(values.length)
  const scale = 255 / (toHu - fromHu)
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0
    out[at] = value <= fromHu ? 0 : value >= toHu ? 255 : Math.round((value - fromHu) * scale)
  }
  return out
}
