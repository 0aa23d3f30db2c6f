import type { Licence } from '../../../src-shared/models.ts'

/** What a person accepts before any weights come in. */
export function ModelTerms({ licence, hasAccepted, onAccept }: Readonly<{ licence: Licence, hasAccepted: boolean, onAccept: (hasAccepted: boolean) => void }>) {
  return (
    <>
      <section className="licence" aria-label="Terms of the model"><strong>{licence.name}</strong><p>{licence.text}</p><a href={licence.url} target="_blank" rel="noreferrer">{licence.url}</a></section>
      <label className="row"><input type="checkbox" checked={hasAccepted} onChange={(event) => { onAccept(event.target.checked) }} /><span>I have read the terms and accept them for this workstation</span></label>
    </>
  )
}
