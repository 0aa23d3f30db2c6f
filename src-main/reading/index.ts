export { createReader, type Reader, type ReaderDeps } from './reader.ts'
export { createReaderRoutes } from './routes.ts'
export type { ReadOptions } from './engine.ts'
export type { BoundStatement, QuotableMeasurement, StudyFacts, StudyImages, TaskInputs, TaskResult } from './task-types.ts'
