import type { StoreApi } from 'zustand/vanilla'
import type { MeasurementBook } from '../measurement-book.ts'
import type { ViewerState, Writing } from '../types.ts'

/**
 * Writing the label of a measurement, one at a time. Each letter is saved as it is typed, so that a crash loses none; undo takes the whole back.
 */
export class LabelWriting {
  private readonly store: StoreApi<ViewerState>
  private readonly book: MeasurementBook
  private before = ''

  constructor(store: StoreApi<ViewerState>, book: MeasurementBook) {
    this.store = store
    this.book = book
  }

  readonly start = (id: string, place: Writing['place']): void => {
    this.end(true)
    const measurement = this.book.find(id)
    const { measuringLocked } = this.store.getState()
    if (measuringLocked !== null) this.store.setState({ notice: measuringLocked })
    if (measurement === undefined || measuringLocked !== null) return
    this.before = measurement.label
    // After the press or key that began it has run its course: what it focuses must not take the focus from the field again.
    setTimeout(() => { this.store.setState({ writing: { id, place } }) }, 0)
  }

  readonly write = (text: string): void => {
    const { writing } = this.store.getState()
    if (writing !== null) this.book.typeLabel(writing.id, text)
  }

  /** `isKept`: false takes back what was typed. */
  readonly end = (isKept: boolean): void => {
    const { writing } = this.store.getState()
    if (writing === null) return
    this.store.setState({ writing: null })
    if (!isKept) this.book.typeLabel(writing.id, this.before)
    this.book.endLabel(writing.id, this.before)
  }
}
