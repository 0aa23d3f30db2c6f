// Imports a folder into a data folder until somebody kills it: `node import-child.ts <data folder> <folder>`.
import { aStudiesRoom, somebody } from '../support/studies-room.ts'

const [, , dataDir = '', folder = ''] = process.argv
const room = await aStudiesRoom({ dataDir })
await room.studies.importPaths([folder], { actor: somebody, onProgress: ({ imported }) => { process.stdout.write(`${imported}\n`) } })
process.stdout.write('end\n')
await room.stop()
