import type { Command } from '../command.ts'
import { analyzeCommand } from './analyze.ts'
import { dbCommand } from './db.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { glassesCommand } from './glasses.ts'
import { importCommand } from './import.ts'
import { modelsCommand } from './models.ts'
import { phantomCommand } from './phantom.ts'
import { reportCommand } from './report.ts'
import { serveCommand } from './serve.ts'
import { syncCommand } from './sync.ts'

/** In the order of the way of a study. What is heavy is imported inside `run`, so that help and mistakes answer at once. */
export const commands: readonly Command[] = [importCommand, analyzeCommand, reportCommand, exportCommand, phantomCommand, modelsCommand, syncCommand, glassesCommand, serveCommand, dbCommand, doctorCommand]
