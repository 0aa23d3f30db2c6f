import { AlarmClock, Ban, CheckCheck, CircleAlert, CircleCheck, CircleDashed, CircleHelp, CircleSlash, ClipboardList, Clock, CloudUpload, FileText, FlaskConical, Hourglass, MessageSquareText, Minus, Phone, Siren } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import type { ActionKind, ActionState, Risk } from '../../../src-shared/followup.ts'
import { actionWords, filledText, kindWords, lengthText, riskWords } from './followup-texts.ts'
import { useSite } from './use-site.ts'

const kindIcons: Readonly<Record<ActionKind, ReactNode>> = { sms: <MessageSquareText aria-hidden />, call: <Phone aria-hidden />, 'portal-release': <FileText aria-hidden />, task: <ClipboardList aria-hidden />, export: <CloudUpload aria-hidden /> }
const riskIcons: Readonly<Record<Risk, ReactNode>> = { urgent: <Siren aria-hidden />, soon: <AlarmClock aria-hidden />, routine: <Minus aria-hidden /> }
const stateIcons: Readonly<Record<ActionState, ReactNode>> = {
  proposed: <CircleDashed aria-hidden />, planned: <Clock aria-hidden />, open: <ClipboardList aria-hidden />, queued: <Hourglass aria-hidden />, done: <CheckCheck aria-hidden />, mock: <FlaskConical aria-hidden />,
  unknown: <CircleHelp aria-hidden />, failed: <CircleAlert aria-hidden />, skipped: <CircleSlash aria-hidden />, cancelled: <Ban aria-hidden />
}

export function KindMark({ kind }: Readonly<{ kind: ActionKind }>) {
  return <span className="followup-mark">{kindIcons[kind]}{kindWords[kind]}</span>
}

export function RiskMark({ risk }: Readonly<{ risk: Risk }>) {
  return <span className={`followup-mark followup-risk-${risk}`}>{riskIcons[risk]}{riskWords[risk]}</span>
}

export function StateMark({ state }: Readonly<{ state: ActionState }>) {
  return <span className={`followup-mark followup-state-${state}`}>{stateIcons[state]}{actionWords[state]}</span>
}

/** A sentence of what is missing or well, by mark and word. */
export function Standing({ isWell, text }: Readonly<{ isWell: boolean, text: string }>) {
  return <p className={`followup-standing followup-standing-${isWell ? 'well' : 'lacks'}`}>{isWell ? <CircleCheck aria-hidden /> : <CircleAlert aria-hidden />}<span><span className="visually-hidden">{isWell ? 'Ready: ' : 'Not ready: '}</span>{text}</span></p>
}

export type Options<T extends string> = readonly (readonly [T, string])[]
export const optionsOf = <T extends string>(values: readonly T[], words: Readonly<Record<T, string>>): Options<T> => values.map((value) => [value, words[value]] as const)

type ChoiceProps<T extends string> = Readonly<{ label: string, value: T, options: Options<T>, isDisabled?: boolean, isBare?: boolean, onChoose: (value: T) => void }>

/** The browser's own list of a closed set. `isBare`: its label is only read out. */
export function Choice<T extends string>({ label, value, options, isDisabled = false, isBare = false, onChoose }: ChoiceProps<T>) {
  const id = useId()
  const choose = (text: string) => { const found = options.find(([one]) => one === text); if (found !== undefined) onChoose(found[0]) }
  return (
    <div className="field">
      <label className={isBare ? 'visually-hidden' : 'field-label'} htmlFor={id}>{label}</label>
      <select id={id} className="input" value={value} disabled={isDisabled} onChange={(event) => { choose(event.target.value) }}>{options.map(([one, text]) => <option key={one} value={one}>{text}</option>)}</select>
    </div>
  )
}

type TextBoxProps = Readonly<{ label: string, value: string, rows?: number, max?: number, isDisabled?: boolean, lang?: string, children?: ReactNode, onChange: (value: string) => void }>

export function TextBox({ label, value, rows = 4, max = 1600, isDisabled = false, lang, children, onChange }: TextBoxProps) {
  const id = useId()
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>{label}</label>
      <textarea id={id} className="input" rows={rows} maxLength={max} value={value} disabled={isDisabled} {...(lang === undefined ? {} : { lang })} onChange={(event) => { onChange(event.target.value) }} />
      {children}
    </div>
  )
}

/** A text as it will arrive, and how long it is then. */
export function Preview({ text, isSms }: Readonly<{ text: string, isSms: boolean }>) {
  const filled = filledText(text, useSite())
  if (filled === '') return null
  return (
    <figure className="followup-preview">
      <figcaption className="quiet small">{isSms ? `As it arrives: ${lengthText(filled)}` : 'As it is said'}</figcaption>
      <p>{filled}</p>
    </figure>
  )
}

export function Tabs<T extends string>({ label, tabs, current, onOpen }: Readonly<{ label: string, tabs: Options<T>, current: T | null, onOpen: (tab: T) => void }>) {
  return <div className="followup-tabs" role="tablist" aria-label={label}>{tabs.map(([value, name]) => <button key={value} type="button" role="tab" aria-selected={current === value} className="followup-tab" onClick={() => { onOpen(value) }}>{name}</button>)}</div>
}
