import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseHandover, pathsFrom } from './arguments.ts'

const here = import.meta.dirname
const folder = join(here, 'arguments.ts')

it('takes the paths after the separator, relative to where the user stands', () => {
  expect(pathsFrom(['/bin/electron', '/app', '--no-zygote', '--', 'arguments.ts', here], here)).toEqual([folder, here])
})

it("takes a packaged program's paths and none of Chromium's switches", () => {
  expect(pathsFrom(['/opt/vigil', '--enable-features=x', 'arguments.ts'], here)).toEqual([folder])
})

it('leaves out what is not there', () => { expect(pathsFrom(['/bin/electron', '/app', '--', 'no-such-folder'], here)).toEqual([]) })

it('takes from a second start only a list of paths', () => {
  expect([parseHandover({ paths: ['/a'] }), parseHandover({ paths: [7] }), parseHandover(null), parseHandover('x')])
    .toEqual([{ paths: ['/a'] }, { paths: [] }, { paths: [] }, { paths: [] }])
})
