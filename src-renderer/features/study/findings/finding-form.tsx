import type { FormEvent } from 'react'
import { findingKinds, FindingKind, Laterality, StoneLocation, type Finding } from '../../../../src-shared/analysis.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { kindNames, placeNames, sideNames } from '../../../ui/finding-texts.ts'
import { textOf } from '../../../ui/form.ts'
import { Select } from '../../../ui/select.tsx'

export type FindingFields = Readonly<{ kind: FindingKind, laterality: Laterality, location: StoneLocation, diameterMm: number | null, note: string }>

/** What a clinician may say of a finding. A size that differs from the measured one is kept beside it as edited. */
export function FindingForm({ start, isBusy, submitText, onSubmit, onCancel }: Readonly<{
  start: Pick<Finding, 'kind' | 'laterality' | 'location' | 'diameterMm' | 'note'>
  isBusy: boolean, submitText: string, onSubmit: (fields: FindingFields) => void, onCancel: () => void
}>) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onSubmit(fieldsOf(new FormData(event.currentTarget), start.diameterMm))
  }
  return (
    <form className="finding-form" onSubmit={submit}>
      <Select label="What" name="kind" defaultValue={start.kind} options={findingKinds.map((kind) => [kind, kindNames[kind]])} />
      <div className="form-pair">
        <Select label="Side of the patient" name="laterality" defaultValue={start.laterality} options={Laterality.options.map((side) => [side, sideNames[side]])} />
        <Select label="Place" name="location" defaultValue={start.location} options={StoneLocation.options.map((place) => [place, placeNames[place]])} />
      </div>
      <Field label="Longest diameter, mm" name="diameterMm" type="number" step="0.1" min="0.1" max="500" inputMode="decimal" defaultValue={start.diameterMm === null ? '' : start.diameterMm.toFixed(1)} />
      <label className="field"><span className="field-label">Note for the report</span><textarea className="input" name="note" rows={3} maxLength={2000} defaultValue={start.note} /></label>
      <div className="dialog-actions"><Button onClick={onCancel}>Cancel</Button><Button tone="primary" isSubmit disabled={isBusy}>{submitText}</Button></div>
    </form>
  )
}

/** A diameter that still reads as it was shown stays exactly what was measured. */
export function fieldsOf(form: FormData, shownDiameterMm: number | null): FindingFields {
  const typed = textOf(form, 'diameterMm').trim().replace(',', '.')
  const isUntouched = shownDiameterMm !== null && typed === shownDiameterMm.toFixed(1)
  return {
    kind: FindingKind.parse(textOf(form, 'kind')), laterality: Laterality.parse(textOf(form, 'laterality')), location: StoneLocation.parse(textOf(form, 'location')),
    diameterMm: isUntouched ? shownDiameterMm : typed === '' ? null : Number(typed), note: textOf(form, 'note').trim()
  }
}
