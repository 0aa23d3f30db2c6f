import { z } from 'zod'
import { DecisionInputs, RuleSignal, type Intervention } from '../../../src-shared/glasses.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import type { interventions } from '../tables.ts'

type Row = Omit<typeof interventions.$inferSelect, 'inputs'>
type NewRow = Readonly<Pick<Intervention, 'decision' | 'reasoning' | 'message' | 'biometricIds' | 'captionIds' | 'model' | 'promptTokens' | 'completionTokens' | 'deviceId' | 'decider' | 'signals' | 'notice' | 'pokeMessage'>> & Readonly<{ inputs: DecisionInputs }>
const Ids = z.array(z.int())
const Signals = z.array(RuleSignal)
const columns = 'i.id, i.decision, i.reasoning, i.biometric_ids biometricIds, i.caption_ids captionIds, i.model, i.prompt_tokens promptTokens, i.completion_tokens completionTokens, i.created_at createdAt, i.poke_message pokeMessage, i.poke_sent_at pokeSentAt, i.device_id deviceId, i.decider, i.message, i.signals, i.notice, i.seen_by seenBy, i.seen_at seenAt, coalesce(d.wearer_name, \'\') wearer'
const from = 'from interventions i left join glasses_devices d on d.id = i.device_id'

/** Decisions, each with what it was made from. */
export function createInterventionStore({ sqlite }: Db, clock: Clock) {
  const insert = sqlite.prepare('insert into interventions (decision, reasoning, message, biometric_ids, caption_ids, model, prompt_tokens, completion_tokens, created_at, device_id, decider, signals, notice, inputs, poke_message) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const one = sqlite.prepare<[number], Row & { wearer: string }>(`select ${columns} ${from} where i.id = ?`)
  const inputs = sqlite.prepare<[number], { inputs: string }>('select inputs from interventions where id = ?')
  const between = sqlite.prepare<[string, string, number, string | null, number], Row & { wearer: string }>(`select ${columns} ${from} where i.created_at >= ? and i.created_at < ? and (? or i.device_id is ?) order by i.id desc limit ?`)
  const past = sqlite.prepare<[string | null, string, number], { at: string, decision: 'yes' | 'no', notice: string }>('select created_at at, decision, notice from interventions where device_id is ? and created_at >= ? order by id desc limit ?')
  const seen = sqlite.prepare('update interventions set seen_by = ?, seen_at = ? where id = ? and seen_at is null')
  const poked = sqlite.prepare('update interventions set poke_message = ? where id = ?')
  const sent = sqlite.prepare('update interventions set poke_sent_at = ? where id = ?')
  const open = sqlite.prepare<[], { n: number }>("select count(*) n from interventions where notice = 'shown' and seen_at is null")
  const last = sqlite.prepare<[], { at: string }>('select created_at at from interventions order by id desc limit 1')
  return {
    atomically: <T>(act: () => T): T => sqlite.transaction(act)(),
    add: (row: NewRow): number => Number(insert.run(row.decision, row.reasoning, row.message, JSON.stringify(row.biometricIds), JSON.stringify(row.captionIds), row.model, row.promptTokens, row.completionTokens, clock.iso(), row.deviceId, row.decider, JSON.stringify(row.signals), row.notice, JSON.stringify(row.inputs), row.pokeMessage).lastInsertRowid),
    get(id: number): Intervention | null { const row = one.get(id); return row === undefined ? null : parsed(row) },
    inputs(id: number): DecisionInputs | null { const row = inputs.get(id); return row === undefined ? null : DecisionInputs.parse(JSON.parse(row.inputs)) },
    /** Oldest first; of more than `limit`, the newest. */
    between: (begin: string, end: string, deviceId: string | null | undefined, limit: number): Intervention[] => between.all(begin, end, deviceId === undefined ? 1 : 0, deviceId ?? null, limit).map(parsed).toReversed(),
    /** Newest first. */
    past: (deviceId: string | null, since: string, limit: number): { at: string, decision: 'yes' | 'no', notice: string }[] => past.all(deviceId, since, limit),
    seen: (id: number, by: string): boolean => seen.run(by, clock.iso(), id).changes === 1,
    poked: (id: number, text: string): void => { poked.run(text, id) },
    sent: (id: number): void => { sent.run(clock.iso(), id) },
    open: (): number => open.get()?.n ?? 0,
    lastAt: (): string | null => last.get()?.at ?? null
  }
}
export type InterventionStore = ReturnType<typeof createInterventionStore>

function parsed({ biometricIds, captionIds, signals, ...row }: Row & { wearer: string }): Intervention {
  return { ...row, biometricIds: Ids.parse(JSON.parse(biometricIds)), captionIds: Ids.parse(JSON.parse(captionIds)), signals: Signals.parse(JSON.parse(signals)) }
}
