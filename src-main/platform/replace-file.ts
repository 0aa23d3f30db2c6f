import { open, rename } from 'node:fs/promises'

/** Whole or not at all: a half-written document in a patient's folder would look like one. */
export async function replaceFile(target: string, bytes: Uint8Array | string, { mode = 0o666 }: Readonly<{ mode?: number }> = {}): Promise<void> {
  const part = `${target}.${process.pid}.part`
  const file = await open(part, 'w', mode)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, target)
}
