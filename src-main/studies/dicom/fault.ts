import type { RejectionCode } from '../../../src-shared/studies.ts'

/** Why a file can't be read as what it claims to be. `message` is a sentence for the import summary and holds no value of the file. */
export class DicomFault extends Error {
  readonly code: RejectionCode
  constructor(code: RejectionCode, message: string) {
    super(message)
    this.name = 'DicomFault'
    this.code = code
  }
}

/** The header goes on beyond the bytes at hand; the file has them. */
export class NeedMoreBytes extends Error {
  readonly upTo: number
  constructor(upTo: number) {
    super(`bytes up to ${upTo} are needed`)
    this.upTo = upTo
  }
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} KB`
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${(bytes / 1e9).toFixed(1)} GB`
}
