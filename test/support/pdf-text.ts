import { inflateSync } from 'node:zlib'

/** The words of each page of a PDF made by pdfkit with embedded fonts: content streams decoded through each font's ToUnicode map. */
export function pdfPages(bytes: Uint8Array): string[] {
  const file = Buffer.from(bytes).toString('latin1')
  const objects = new Map([...file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map((match) => [Number(match[1]), match[2] ?? ''] as const))
  const streamOf = (id: number) => {
    const body = objects.get(id) ?? ''
    const raw = Buffer.from(body.slice(body.indexOf('stream\n') + 7, body.lastIndexOf('\nendstream')), 'latin1')
    return (body.includes('/FlateDecode') ? inflateSync(raw) : raw).toString('latin1')
  }
  const refs = (text: string) => [...text.matchAll(/(\d+) 0 R/g)].map((match) => Number(match[1]))
  const unicodeOf = (fontId: number) => {
    const [mapId] = refs(/\/ToUnicode \d+ 0 R/.exec(objects.get(fontId) ?? '')?.[0] ?? '')
    return mapId === undefined ? [] : glyphTexts(streamOf(mapId))
  }
  return [...objects.values()].filter((body) => /\/Type \/Page\n/.test(body)).map((page) => {
    const resources = objects.get(refs(/\/Resources \d+ 0 R/.exec(page)?.[0] ?? '')[0] ?? -1) ?? page
    const fonts = new Map([...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map((match) => [match[1] ?? '', unicodeOf(Number(match[2]))] as const))
    return refs(/\/Contents \d+ 0 R/.exec(page)?.[0] ?? '').map((id) => words(streamOf(id), fonts)).join('')
  })
}

function glyphTexts(map: string): string[] {
  const texts: string[] = []
  for (const [, first = '0', list = ''] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
    for (const [index, match] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries()) {
      texts[Number.parseInt(first, 16) + index] = Buffer.from((match[1] ?? '').replaceAll(' ', ''), 'hex').swap16().toString('utf16le')
    }
  }
  return texts
}

function words(content: string, fonts: ReadonlyMap<string, readonly string[]>): string {
  let font: readonly string[] = []
  let text = ''
  for (const [, name, array] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) font = fonts.get(name) ?? []
    const hex = [...(array ?? '').matchAll(/<([0-9a-f]+)>/g)].map((match) => match[1] ?? '').join('')
    for (let at = 0; at < hex.length; at += 4) text += font[Number.parseInt(hex.slice(at, at + 4), 16)] ?? '\uFFFD'
    if (array !== undefined) text += ' '
  }
  return text.replaceAll(/\s+/g, ' ')
}
