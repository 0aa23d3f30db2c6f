/** As Meta glasses send it: upright, this many pixels. */
export const frameSize = { width: 504, height: 896 } as const
const jpegQuality = 0.8

export type Camera = Readonly<{ frame: () => Promise<Blob | null>, stop: () => void }>

/** Opens a camera, shows it, and cuts frames out of its middle. Throws an Error with a sentence. */
export async function openCamera(video: HTMLVideoElement, deviceId: string): Promise<Camera> {
  if (navigator.mediaDevices === undefined) throw new Error('This browser gives no camera to this page. Open it by https and accept the certificate of the workstation.')
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 }, height: { ideal: 1280 }, ...(deviceId === '' ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: deviceId } }) } })
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : ''
    throw new Error(name === 'NotAllowedError' ? 'The camera was not allowed. Allow it in the settings of this page, then start again.' : name === 'NotFoundError' ? 'This device has no camera.' : name === 'NotReadableError' ? 'Another program uses the camera. Close it, then start again.' : 'The camera could not be opened.', { cause })
  }
  video.srcObject = stream
  await video.play()
  const canvas = document.createElement('canvas')
  Object.assign(canvas, frameSize)
  const context = canvas.getContext('2d', { alpha: false })
  return {
    frame: () => new Promise((resolve) => {
      const { videoWidth, videoHeight } = video
      if (context === null || videoWidth === 0) { resolve(null); return }
      const scale = Math.max(frameSize.width / videoWidth, frameSize.height / videoHeight)
      context.drawImage(video, (frameSize.width - videoWidth * scale) / 2, (frameSize.height - videoHeight * scale) / 2, videoWidth * scale, videoHeight * scale)
      canvas.toBlob(resolve, 'image/jpeg', jpegQuality)
    }),
    stop() {
      for (const track of stream.getTracks()) track.stop()
      video.srcObject = null
    }
  }
}

/** Cameras by name; names are told only once one was allowed. */
export async function cameras(): Promise<readonly Readonly<{ id: string, name: string }>[]> {
  const all = await navigator.mediaDevices?.enumerateDevices() ?? []
  return all.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }, index) => ({ id: deviceId, name: label === '' ? `Camera ${index + 1}` : label }))
}
