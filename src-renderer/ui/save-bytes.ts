/** Hands a file to the user: through the shell's own dialog where there is one, else as the browser's download. Names hold no patient data. False where the dialog was dismissed. */
export async function saveBytes(name: string, bytes: Blob): Promise<boolean> {
  if (window.vigil !== undefined) return window.vigil.saveFile(name, new Uint8Array(await bytes.arrayBuffer()))
  const url = URL.createObjectURL(bytes)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download reads the address after the click has returned.
  setTimeout(() => { URL.revokeObjectURL(url) }, 60_000)
  return true
}
