import type { DoctorCheck } from '../../../src-shared/cli.ts'
import type { Config } from '../../platform/config.ts'

export type CheckContext = Readonly<{ config: Config, env: Readonly<Record<string, string | undefined>> }>
/** One thing that may be wrong with this workstation. It never throws: what it can't find out is itself an answer. */
export type Check = (context: CheckContext) => Promise<DoctorCheck>

export const ok = (name: string, sentence: string): DoctorCheck => ({ name, state: 'ok', sentence, advice: '' })
export const warn = (name: string, sentence: string, advice: string): DoctorCheck => ({ name, state: 'warn', sentence, advice })
export const bad = (name: string, sentence: string, advice: string): DoctorCheck => ({ name, state: 'fail', sentence, advice })

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0] ?? error.name : String(error))
