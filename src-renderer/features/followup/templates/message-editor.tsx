import { Language, type MessageTemplate, type MessageTemplateWrite } from '../../../../src-shared/followup.ts'
import { Field } from '../../../ui/field.tsx'
import { languageNames } from '../followup-texts.ts'
import { Choice, Preview, TextBox, type Options } from '../parts.tsx'
import { useTemplateActs } from '../use-followup.ts'
import { TemplateActs } from './template-acts.tsx'

const kinds: Options<MessageTemplate['kind']> = [['sms', 'Text message'], ['call', 'First words of a call']]
type EditorProps = Readonly<{ template: MessageTemplate, draft: MessageTemplateWrite | null, isStored: boolean, mayEdit: boolean, onDraft: (draft: MessageTemplateWrite | null) => void }>

/** Words in both languages, each as it will arrive. */
export function MessageEditor({ template, draft, isStored, mayEdit, onDraft }: EditorProps) {
  const { saveMessage } = useTemplateActs()
  const { id, name, kind, texts, revision } = draft ?? template
  const set = (change: Partial<MessageTemplateWrite>) => { onDraft({ id, name, kind, texts, revision, ...change }) }
  const lacks = name.trim() === '' ? 'It needs a name.' : texts.en.trim() === '' ? 'It needs words in English: they stand in where the other language has none.' : null
  return (
    <form className="followup-editor" aria-label={`Message ${template.name}`} onSubmit={(event) => { event.preventDefault(); saveMessage.mutate({ id, name: name.trim(), kind, texts, revision }, { onSuccess: () => { onDraft(null) } }) }}>
      <div className="followup-pair">
        <Field label="Name" value={name} maxLength={80} disabled={!mayEdit} onChange={(event) => { set({ name: event.target.value }) }} />
        <Choice label="Kind" value={kind} options={kinds} isDisabled={!mayEdit || isStored} onChoose={(next) => { set({ kind: next }) }} />
      </div>
      <p className="quiet small">{'{clinic}'} and {'{phone}'} are what Settings say of the site, {'{link}'} is the way to the portal. No name and no finding: a text lies open on a locked screen.</p>
      {Language.options.map((language) => (
        <TextBox key={language} label={languageNames[language]} value={texts[language]} lang={language} isDisabled={!mayEdit} onChange={(text) => { set({ texts: { ...texts, [language]: text } }) }}><Preview text={texts[language]} isSms={kind === 'sms'} /></TextBox>
      ))}
      <TemplateActs kind="messages" template={template} isStored={isStored} isChanged={draft !== null} mayEdit={mayEdit} lacks={lacks} isSaving={saveMessage.isPending} onUndo={() => { onDraft(null) }} />
    </form>
  )
}
