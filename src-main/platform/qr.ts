import { toString as qrString } from 'qrcode'

/** Dark on light whatever the screen: cameras read it better. */
export async function qrSvg(text: string): Promise<string> {
  return qrString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2, color: { dark: '#0b0e11ff', light: '#ffffffff' } })
}
