export { Imports } from './imports.tsx'
export { createImportsStore, ImportsProvider } from './imports-state.ts'
export { importKeys } from './import-keys.ts'
