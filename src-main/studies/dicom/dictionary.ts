import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Dictionary } from './list-tags.ts'

const Entries = z.record(z.string(), z.string())

/** Opens the dictionary of standard attributes (PS3.6) that ships with the application. */
export function openDictionary(file: string): Dictionary {
  const entries = Entries.parse(JSON.parse(readFileSync(file, 'utf8')))
  return (tag) => {
    const [keyword, vr] = entries[tag.toString(16).padStart(8, '0').toUpperCase()]?.split(' ') ?? []
    return keyword === undefined || vr === undefined ? null : { keyword, vr }
  }
}
