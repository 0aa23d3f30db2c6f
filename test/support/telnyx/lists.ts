import { smsLength } from '../../../src-shared/sms-segments.ts'
import type { FinalStatus, Messages, RecipientStatus } from './messages.ts'
import { refusal, telnyxNumber, telnyxProfile } from './rules.ts'

type Row = Readonly<Record<string, unknown>>
export type OptOut = Readonly<{ number: string, at: string, keyword: string }>

const recordAttributes = new Set([
  'carrier', 'carrier_fee', 'cld', 'cli', 'completed_at', 'cost', 'country_code', 'created_at', 'currency', 'delivery_status', 'delivery_status_failover_url', 'delivery_status_webhook_url', 'direction', 'errors', 'fteu', 'mcc', 'message_type', 'mnc',
  'on_net', 'parts', 'profile_id', 'profile_name', 'rate', 'sent_at', 'source_country_code', 'status', 'tags', 'updated_at', 'user_id', 'uuid'
])
const ranges = /^(?:yesterday|today|tomorrow|(?:last|this|next)_(?:week|month)|last_\d+_days)$/
/** The words of the records are others than those of the messages; nothing is told before the end. */
const recordStatus: Readonly<Partial<Record<RecipientStatus, string>> & Record<FinalStatus, string>> = { delivered: 'delivered', delivery_failed: 'failed', sending_failed: 'gw_reject', delivery_unconfirmed: 'dlr_unconfirmed', expired: 'dlr_timeout', read: 'delivered' }

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))

function paged(rows: readonly Row[], query: URLSearchParams): Row {
  const numberOf = (name: string, fallback: number, most: number): number => {
    const text = query.get(name)
    if (text === null) return fallback
    if (!/^[1-9]\d*$/.test(text) || Number(text) > most) throw refusal(400, 10015, `'${name}' must be from 1 to ${most}.`, `/${name}`)
    return Number(text)
  }
  const [number, size] = [numberOf('page[number]', 1, 1_000_000), numberOf('page[size]', 20, 250)]
  return { data: rows.slice((number - 1) * size, number * size), meta: { page_number: number, page_size: size, total_results: rows.length, total_pages: Math.max(1, Math.ceil(rows.length / size)) } }
}

function recordsOf({ sent, received, progressOf }: Messages): Row[] {
  const common = { record_type: 'message_detail_record', message_type: 'SMS', profile_id: telnyxProfile, currency: 'USD', on_net: false }
  const outbound = sent.map((one) => {
    const { status, sentAt, completedAt, errors } = progressOf(one.id)
    return {
      ...common, uuid: one.id, cli: one.from, cld: one.to, direction: 'outbound', created_at: one.at, updated_at: completedAt ?? one.at, parts: smsLength(one.text).segments, errors: errors.map(({ code }) => code),
      ...(sentAt === null ? {} : { sent_at: sentAt }), ...(completedAt === null ? {} : { completed_at: completedAt }), ...(recordStatus[status] === undefined ? {} : { status: recordStatus[status] })
    }
  })
  const inbound = received.map((one) => ({ ...common, uuid: one.id, cli: one.from, cld: telnyxNumber, direction: 'inbound', created_at: one.at, updated_at: one.at, parts: smsLength(one.text).segments, errors: [], status: 'received' }))
  return [...outbound, ...inbound].toSorted((one, other) => Date.parse(one.created_at) - Date.parse(other.created_at))
}

function sorted(rows: readonly Row[], orders: readonly string[]): Row[] {
  let result = [...rows]
  for (const order of orders.toReversed()) {
    const name = order.replace(/^-/, '')
    if (!recordAttributes.has(name)) throw refusal(400, 10015, `Records can not be sorted by '${name}'.`, '/sort')
    const compare = (one: Row, other: Row) => wordOf(one[name]).localeCompare(wordOf(other[name]))
    // Ties keep their place, newest first where it is asked for.
    result = order.startsWith('-') ? result.toReversed().toSorted((one, other) => compare(other, one)) : result.toSorted(compare)
  }
  return result
}

/** Records of messages that went out and came in. A filter that the provider does not know is refused, not ignored. */
export function detailRecords(messages: Messages, query: URLSearchParams, hasRecords: boolean): Row {
  if (query.get('filter[record_type]') !== 'messaging') throw refusal(400, 10015, 'filter[record_type] must be given; this stand-in keeps \'messaging\'.', '/filter/record_type')
  const filters: [string, string][] = []
  for (const [key, value] of query) {
    if (['filter[record_type]', 'sort', 'sort[]', 'page[size]', 'page[number]'].includes(key)) continue
    const name = /^filter\[(\w+)\]$/.exec(key)?.[1] ?? ''
    if (name === 'date_range' && ranges.test(value)) continue
    if (!recordAttributes.has(name)) throw refusal(400, 10015, `'${key}' is not a filter of messaging records.`, `/${key}`)
    filters.push([name, value])
  }
  const rows = hasRecords ? recordsOf(messages).filter((row) => filters.every(([name, value]) => wordOf(row[name]) === value)) : []
  return paged(sorted(rows, [...query.getAll('sort'), ...query.getAll('sort[]')].flatMap((one) => one.split(','))), query)
}

const optOutQuery = new Set(['filter[messaging_profile_id]', 'filter[from]', 'created_at[gte]', 'created_at[lte]', 'redaction_enabled', 'page[size]', 'page[number]'])

/** Blocks: nothing goes any more `from` one of our numbers `to` who has said STOP. `numberIn` turns the two round. */
export function optOutList(optOuts: readonly OptOut[], query: URLSearchParams, numberIn: 'to' | 'from'): Row {
  const strange = [...query.keys()].find((key) => !optOutQuery.has(key))
  if (strange !== undefined) throw refusal(400, 10015, `'${strange}' is not a filter of opt-outs.`, `/${strange}`)
  const timeOf = (name: string): number | null => {
    const text = query.get(name)
    if (text !== null && Number.isNaN(Date.parse(text))) throw refusal(400, 10015, `'${name}' is no time.`, `/${name}`)
    return text === null ? null : Date.parse(text)
  }
  const [since, until, profile, from] = [timeOf('created_at[gte]'), timeOf('created_at[lte]'), query.get('filter[messaging_profile_id]'), query.get('filter[from]')]
  const rows = optOuts.filter(({ at }) => (since === null || Date.parse(at) >= since) && (until === null || Date.parse(at) <= until)).map(({ number, at, keyword }) => ({
    ...(numberIn === 'to' ? { from: telnyxNumber, to: number } : { from: number, to: telnyxNumber }), messaging_profile_id: telnyxProfile, keyword,
    // Written as the provider's own example is: with a space, and to the microsecond.
    created_at: new Date(at).toISOString().replace('T', ' ').replace('Z', '000+00:00')
  }))
  return paged(rows.filter((row) => (profile === null || profile === row.messaging_profile_id) && (from === null || from === row.from)), query)
}
