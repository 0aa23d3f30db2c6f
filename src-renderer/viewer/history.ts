/** Something that was done and can be taken back. `reveal` shows where it happened, so that nothing changes out of sight. */
export type Step = Readonly<{ label: string; undo: () => void; redo: () => void; reveal?: () => void }>

/**
 * What was done in one window, in order, across all that can be undone: measurements, marks, views. It has no end: a step is given up only
 * when something else is done in the place of what was undone.
 */
export class History {
  private done: readonly Step[] = []
  private undone: readonly Step[] = []
  private readonly onChange: () => void

  constructor(onChange: () => void = () => { /* nobody shows it */ }) {
    this.onChange = onChange
  }

  /** Keeps a step that was just done. */
  push(step: Step): void {
    this.done = [...this.done, step]
    this.undone = []
    this.onChange()
  }

  /** Takes a further part of the last step into it, as the steps of one drag are one. Only while it is the last: else it is a step of its own. */
  amend(last: Step, grown: Step): void {
    if (this.done.at(-1) !== last) { this.push(grown); return }
    this.done = [...this.done.slice(0, -1), grown]
    this.onChange()
  }

  /** Answers the step that was taken back; null where there is none. */
  undo(): Step | null {
    const step = this.done.at(-1)
    if (step === undefined) return null
    this.done = this.done.slice(0, -1)
    this.undone = [...this.undone, step]
    step.undo()
    step.reveal?.()
    this.onChange()
    return step
  }

  redo(): Step | null {
    const step = this.undone.at(-1)
    if (step === undefined) return null
    this.undone = this.undone.slice(0, -1)
    this.done = [...this.done, step]
    step.redo()
    step.reveal?.()
    this.onChange()
    return step
  }

  /** The step that undo would take back. */
  get last(): Step | null { return this.done.at(-1) ?? null }

  /** Takes out a step that came to nothing. */
  forget(step: Step): void {
    this.done = this.done.filter((one) => one !== step)
    this.onChange()
  }

  /** What undo and redo would do next, for menus and tooltips. */
  get next(): Readonly<{ undo: string | null; redo: string | null }> {
    return { undo: this.done.at(-1)?.label ?? null, redo: this.undone.at(-1)?.label ?? null }
  }
}
