import { inLanguage, MessageTemplate, PlanTemplate, type Language, type MessageTemplateWrite, type PlanTemplateWrite, type TemplateList } from '../../../src-shared/followup.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { jsonOf } from '../../platform/json.ts'
import type { Ground, Principal } from '../faces.ts'
import type { TemplateStore } from './template-store.ts'

type Step = PlanTemplate['steps'][number]
const step = (kind: Step['kind'], afterHours: number, rest: Partial<Step> = {}): Step => ({ kind, afterHours, templateId: null, text: '', conditions: [], risk: 'routine', ...rest })

/** What is shipped. No name, no finding, nothing of the report: a text message lies open on a locked screen. */
const messages: readonly MessageTemplate[] = [
  { id: 'report-ready', name: 'The report is ready', kind: 'sms', isBuiltIn: true, revision: 0, texts: {
    en: '{clinic}: your results are ready to read: {link} Reply STOP to end messages, HELP for help.', es: '{clinic}: sus resultados ya se pueden leer: {link} Responda STOP para no recibir más mensajes.' } },
  { id: 'reminder', name: 'Not read yet', kind: 'sms', isBuiltIn: true, revision: 0, texts: {
    en: '{clinic}: your results are still waiting for you: {link} Questions? {phone} Reply STOP to end messages.', es: '{clinic}: sus resultados le siguen esperando: {link} Preguntas: {phone} Responda STOP para terminar.' } },
  { id: 'drink-water', name: 'Nudge: drink', kind: 'sms', isBuiltIn: true, revision: 0, texts: {
    en: '{clinic}: a reminder to drink enough through the day, as we discussed. Reply STOP to end messages.', es: '{clinic}: recuerde beber suficiente agua durante el día. Responda STOP para terminar.' } },
  { id: 'check-in', name: 'How are you doing?', kind: 'sms', isBuiltIn: true, revision: 0, texts: {
    en: '{clinic}: how are you doing since your scan? You can reply here. For fever, no urine or unbearable pain get help at once.', es: '{clinic}: cómo se encuentra desde su tomografía? Puede responder aquí. Con fiebre o dolor insoportable busque ayuda ya.' } },
  { id: 'call-after-report', name: 'Call after the report', kind: 'call', isBuiltIn: true, revision: 0, texts: {
    en: 'Hello, this is an automated assistant calling for {clinic}. Is this a good moment to speak? You can ask me at any time not to be called again.', es: 'Hola, soy un asistente automático y llamo de parte de {clinic}. Es buen momento para hablar? En cualquier momento puede pedirme que no le llamemos más.' } }
]
const plans: readonly PlanTemplate[] = [
  { id: 'after-report', name: 'After the report', isBuiltIn: true, revision: 0, steps: [
    step('portal-release', 0), step('sms', 0.05, { templateId: 'report-ready', conditions: ['portal-released'] }), step('sms', 48, { templateId: 'reminder', conditions: ['portal-released', 'portal-not-opened'] }),
    step('call', 96, { templateId: 'call-after-report', conditions: ['portal-released', 'portal-not-opened'] }), step('task', 168, { text: 'Look at how the patient is doing a week after the report.' })
  ] },
  { id: 'stone-follow-up', name: 'Stone: passing and prevention', isBuiltIn: true, revision: 0, steps: [
    step('portal-release', 0), step('sms', 0.05, { templateId: 'report-ready', conditions: ['portal-released'] }), step('call', 24, { templateId: 'call-after-report', risk: 'soon' }), step('sms', 72, { templateId: 'check-in' }),
    step('sms', 240, { templateId: 'drink-water' }), step('task', 336, { text: 'Has the stone passed? Decide on the next scan.', risk: 'soon' }), step('sms', 672, { templateId: 'drink-water' })
  ] },
  { id: 'tell-only', name: 'Tell, and nothing more', isBuiltIn: true, revision: 0, steps: [step('portal-release', 0), step('sms', 0.05, { templateId: 'report-ready', conditions: ['portal-released'] })] }
]

export type TemplatesDeps = Pick<Ground, 'db' | 'audit'> & Readonly<{ store: TemplateStore, changed: () => void }>

/** Words and plans: what is shipped, under what the site has changed or added. */
export function createTemplates({ db, audit, store, changed }: TemplatesDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const merged = <T extends Readonly<{ id: string, isBuiltIn: boolean, revision: number }>>(kind: 'message' | 'plan', shipped: readonly T[], read: (body: unknown) => T | null): T[] => {
    const own = new Map(store.all(kind).map((row) => [row.id, row]))
    const kept = (id: string): T | null => { const row = own.get(id); const body = row === undefined ? null : read(jsonOf(row.body)); return row === undefined || body === null ? null : { ...body, revision: row.revision } }
    const added = [...own.keys()].filter((id) => !shipped.some((one) => one.id === id)).flatMap((id) => { const found = kept(id); return found === null ? [] : [{ ...found, isBuiltIn: false }] })
    return [...shipped.map((one) => ({ ...(kept(one.id) ?? one), isBuiltIn: true })), ...added]
  }
  const messagesNow = () => merged('message', messages, (body) => MessageTemplate.safeParse(body).data ?? null)
  const plansNow = () => merged('plan', plans, (body) => PlanTemplate.safeParse(body).data ?? null)
  const write = (kind: 'message' | 'plan', { revision, ...body }: MessageTemplateWrite | PlanTemplateWrite, by: Principal): TemplateList => {
    atomically(() => {
      const stands = store.revision(kind, body.id)
      if (stands !== revision) throw new AppError('stale-revision', 'Somebody has changed this template meanwhile. Look again before you save.')
      store.put({ kind, id: body.id, body: JSON.stringify({ ...body, isBuiltIn: false, revision: 0 }), revision: revision + 1, updatedBy: by.id })
      audit.record({ actor: by.id, actorName: by.name, action: 'followup.template', subject: body.id, detail: { kind } })
    })
    changed()
    return list()
  }
  const list = (): TemplateList => ({ messages: messagesNow(), plans: plansNow() })
  return {
    list,
    message: (id: string | null): MessageTemplate | null => messagesNow().find((one) => one.id === id) ?? null,
    plan: (id: string): PlanTemplate | null => plansNow().find((one) => one.id === id) ?? null,
    writeMessage: (template: MessageTemplateWrite, by: Principal): TemplateList => write('message', template, by),
    writePlan(template: PlanTemplateWrite, by: Principal): TemplateList {
      for (const { kind, templateId } of template.steps) {
        const found = templateId === null ? null : messagesNow().find((one) => one.id === templateId)
        if (found === undefined) throw new AppError('invalid-request', `There is no template "${templateId}".`, { field: 'steps' })
        if (found !== null && found.kind !== kind) throw new AppError('invalid-request', `The template "${found.name}" is not for a step of this kind.`, { field: 'steps' })
      }
      return write('plan', template, by)
    },
    /** What was added goes; what was changed is again as it was shipped. */
    remove(kind: 'message' | 'plan', id: string, by: Principal): TemplateList {
      if (kind === 'message' && !messages.some((one) => one.id === id) && plansNow().some(({ steps }) => steps.some(({ templateId }) => templateId === id))) throw new AppError('conflict', 'A plan uses this template. Change the plan first.')
      atomically(() => {
        if (!store.remove(kind, id)) throw new AppError('not-found', 'There is nothing changed of that name.')
        audit.record({ actor: by.id, actorName: by.name, action: 'followup.template-removed', subject: id, detail: { kind } })
      })
      changed()
      return list()
    }
  }
}
export type Templates = ReturnType<typeof createTemplates>

type Site = Readonly<{ clinicName: string, clinicPhone: string }>
/** Also in words that somebody wrote by hand. A site without a telephone leaves no gap. */
export function fillSite(text: string, { clinicName, clinicPhone }: Site): string {
  return text.replaceAll('{clinic}', clinicName).replaceAll('{phone}', clinicPhone).replace(/ +([.,?])/g, '$1').replace(/ {2,}/g, ' ').trim()
}

/** Fills in what the site says of itself; `{link}` stays until the message leaves, when its token is made. */
export function fillTemplate(template: Pick<MessageTemplate, 'texts'>, language: Language, site: Site): string {
  return fillSite(inLanguage(template.texts, language), site)
}
