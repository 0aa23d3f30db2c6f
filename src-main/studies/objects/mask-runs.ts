/** Set pixels of one segment in one frame: their box in the frame, and the lengths of alternating runs in that box, the first outside. */
export type MaskRuns = Readonly<{ box: readonly [column: number, row: number, columns: number, rows: number], runs: Uint8Array, pixels: number }>

/**
 * The pixels of a frame whose cell passes, as runs; null where there are none. `cells` holds one cell a pixel, row by row. Runs are written in groups
 * of seven bits, the lowest first, the top bit set where more follow.
 */
export function maskOf(cells: ArrayLike<number>, columns: number, rows: number, from: number, to: number): MaskRuns | null {
  const box = boxOf(cells, columns, rows, from, to)
  return box === null ? null : runsIn(box, cells, columns, from, to)
}

/** As `maskOf`, for each value of a frame but 0 that `isWanted`: the boxes of all are found in one pass. */
export function masksByValue(cells: ArrayLike<number>, columns: number, rows: number, isWanted: (value: number) => boolean): { value: number, mask: MaskRuns }[] {
  const boxes = new Map<number, Corners | null>()
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const value = cells[at] ?? 0
      if (value === 0) continue
      const known = boxes.get(value)
      if (known === undefined) boxes.set(value, isWanted(value) ? { left: column, right: column, top: row, bottom: row } : null)
      else if (known !== null) {
        if (column < known.left) known.left = column
        if (column > known.right) known.right = column
        known.bottom = row
      }
    }
  }
  return [...boxes].flatMap(([value, corners]) => corners === null ? [] : [{ value, mask: runsIn([corners.left, corners.top, corners.right - corners.left + 1, corners.bottom - corners.top + 1], cells, columns, value, value) }])
}

type Corners = { left: number, right: number, top: number, bottom: number }

function runsIn(box: MaskRuns['box'], cells: ArrayLike<number>, columns: number, from: number, to: number): MaskRuns {
  const [left, top, width, height] = box
  const runs: number[] = []
  let pixels = 0
  let isInside = false
  let length = 0
  for (let row = top; row < top + height; row++) {
    const start = row * columns + left
    for (let at = start; at < start + width; at++) {
      const value = cells[at] ?? 0
      const isSet = value >= from && value <= to
      if (isSet) pixels++
      if (isSet === isInside) { length++; continue }
      writeLength(runs, length)
      isInside = isSet
      length = 1
    }
  }
  writeLength(runs, length)
  return { box, runs: Uint8Array.from(runs), pixels }
}

function boxOf(cells: ArrayLike<number>, columns: number, rows: number, from: number, to: number): MaskRuns['box'] | null {
  let left = columns, right = -1, top = rows, bottom = -1
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const value = cells[at] ?? 0
      if (value < from || value > to) continue
      if (column < left) left = column
      if (column > right) right = column
      if (top === rows) top = row
      bottom = row
    }
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1]
}

function writeLength(bytes: number[], length: number): void {
  let left = length
  while (left >= 0x80) {
    bytes.push((left & 0x7f) | 0x80)
    left >>>= 7
  }
  bytes.push(left)
}
