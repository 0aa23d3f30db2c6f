/** What the benchmark and the dictionary script use of dcmjs, which ships without types. */
declare module 'dcmjs' {
  export const data: {
    DicomMessage: { readFile: (buffer: ArrayBufferLike, options: Record<string, unknown>) => { dict: Record<string, { Value?: unknown[] } | undefined> } }
  }
  export const log: { setLevel: (level: string) => void }
}
