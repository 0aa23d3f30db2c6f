import { Check, CircleAlert, CloudUpload } from 'lucide-react'
import { useState } from 'react'
import { Language, type ReleaseImage } from '../../../../src-shared/followup.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { releaseImageUrl } from '../../../api/followup.ts'
import { Button } from '../../../ui/button.tsx'
import { Picture } from '../../../ui/picture.tsx'
import { useHasRole } from '../../session/index.ts'
import { languageNames } from '../followup-texts.ts'
import { optionsOf, Tabs, TextBox } from '../parts.tsx'
import type { DraftEditing } from './use-draft.ts'

/** Plain words in both languages, and which pictures go with them. Proposed from what was signed; worded by a clinician. */
export function DraftEditor({ studyUid, language, draft }: Readonly<{ studyUid: StudyUid, language: Language, draft: DraftEditing }>) {
  const [shown, setShown] = useState(language)
  const isReader = !useHasRole('clinician', 'admin')
  const { words, change } = draft
  if (words === null) return <p className="quiet">The text is proposed from what is signed: sign the report first.</p>
  const { texts, images } = words
  const setImage = (at: number, patch: Partial<ReleaseImage>) => { change({ texts, images: images.map((image, index) => (index === at ? { ...image, ...patch } : image)) }) }
  return (
    <>
      <div className="row"><Tabs label="Language of the text" tabs={optionsOf(Language.options, languageNames)} current={shown} onOpen={setShown} /><span className="grow" /><SaveState draft={draft} /></div>
      <p className="quiet small">The patient reads {languageNames[language]}.{texts[language].trim() === '' ? ' There is no text in it yet.' : ''}</p>
      <TextBox label={`Text in ${languageNames[shown]}`} value={texts[shown]} rows={14} max={8000} lang={shown} isDisabled={isReader} onChange={(text) => { change({ images, texts: { ...texts, [shown]: text } }) }} />
      <h3>Key images</h3>
      {images.length === 0 ? <p className="quiet">The signed report has none.</p> : (
        <ul className="followup-images">
          {images.map((image, at) => (
            <li key={`${image.sopInstanceUid} ${image.frameNumber}`} data-included={image.isIncluded}>
              <Picture className="followup-image" src={releaseImageUrl(studyUid, at)} alt={`Key image ${at + 1}: ${image.caption}`} waitsForView />
              <div className="stack grow">
                <label className="row"><input type="checkbox" checked={image.isIncluded} disabled={isReader} onChange={(event) => { setImage(at, { isIncluded: event.target.checked }) }} /><span>Show image {at + 1} to the patient</span></label>
                <input className="input" aria-label={`Words under image ${at + 1}`} maxLength={200} value={image.caption} disabled={isReader || !image.isIncluded} onChange={(event) => { setImage(at, { caption: event.target.value }) }} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function SaveState({ draft: { state, reason, flush, keepMine, takeTheirs } }: Readonly<{ draft: DraftEditing }>) {
  switch (state) {
    case 'saved': return <output className="followup-saved"><Check aria-hidden />Saved</output>
    case 'waiting': return <output className="followup-saved"><CloudUpload aria-hidden />Saving…</output>
    case 'conflict': return <span className="followup-unsaved" role="alert"><CircleAlert aria-hidden />Somebody has changed this text meanwhile.<Button onClick={keepMine}>Keep mine</Button><Button onClick={takeTheirs}>Take theirs</Button></span>
    case 'failed': return <span className="followup-unsaved" role="alert"><CircleAlert aria-hidden />Not saved: {reason}<Button onClick={() => { flush().catch(() => null) }}>Save now</Button></span>
    default: return state satisfies never
  }
}
