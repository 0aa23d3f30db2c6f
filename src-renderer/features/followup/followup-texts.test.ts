import { describe, expect, it } from 'vitest'
import type { ConsentState, FollowupPatient } from '../../../src-shared/followup.ts'
import { afterText, callFacts, canAct, canRelease, consentLine, consentText, filledText, lengthText, linkOfLength, lookedText, releaseText, sentWords, shownText, stateLine, templateIdOf, whyNoText } from './followup-texts.ts'

const at = '2026-03-02T10:00:00.000Z'
const consent = (channel: ConsentState['channel'], state: ConsentState['state']): ConsentState => ({ channel, state, at, how: 'written', givenBy: 'self', recordedBy: 'Dr Mora' })
const aPatient = (rest: Partial<FollowupPatient> = {}): FollowupPatient => ({
  id: '019a0000-0000-7000-8000-000000000001', name: 'Doe^Jane', patientId: 'P1', birthDate: null, language: 'en', timeZone: 'Europe/Berlin', numbers: { sms: '+15550100002', voice: null },
  consents: [consent('sms', 'given'), consent('portal', 'given')], hasTotp: false, revision: 0, studies: [], unread: 0, openTasks: 0, nextDueAt: null, ...rest
})

describe('consent in words', () => {
  it('says who agreed how, who wrote it down, and that nobody has asked', () => {
    expect(consentText({ state: 'given', how: 'written', givenBy: 'representative', recordedBy: 'Dr Mora' })).toBe('agreed in writing (a representative), noted by Dr Mora')
    expect(consentText({ state: 'withdrawn', how: 'text-message', givenBy: 'self', recordedBy: '' })).toBe('withdrawn by a text message')
    expect(consentText({ state: 'none', how: null, givenBy: null, recordedBy: null })).toBe('nobody has asked yet')
    expect(consentLine({ type: 'consent', id: '019a0000-0000-7000-8000-000000000002', at, channel: 'voice', state: 'withdrawn', how: 'call', by: 'The patient' })).toBe('Calls: withdrawn in a call, noted by The patient')
  })
  it('keeps a text from being written without a number or consent', () => {
    expect(whyNoText(aPatient())).toBeNull()
    expect(whyNoText(aPatient({ numbers: { sms: null, voice: '+15550100002' } }))).toContain('no number')
    expect(whyNoText(aPatient({ consents: [consent('sms', 'withdrawn')] }))).toContain('not agreed')
  })
})

describe('what is sent, in words', () => {
  it('says a state once, and what else is known after it', () => {
    expect([stateLine('delivered', ''), stateLine('not sent: mock', 'Not sent: mock.'), stateLine('held back', 'It goes on at 08:00.')]).toEqual(['delivered', 'Not sent: mock.', 'held back. It goes on at 08:00.'])
  })
  it('counts as phones do', () => {
    expect(lengthText('')).toBe('0 of 160 characters, 1 segment')
    expect(lengthText('a'.repeat(161))).toBe('161 of 306 characters, 2 segments')
    expect(lengthText('¿Cómo está?')).toContain('11 of 70 characters, 1 segment; a character outside')
  })
  it('fills in what the site says of itself, with a link as long as a real one', () => {
    const site = { clinicName: 'North Clinic', clinicPhone: '', link: linkOfLength('https://p.example/portal') }
    expect(filledText('{clinic}: read {link} Questions? {phone} .', site)).toBe(`North Clinic: read https://p.example/portal#t=${'x'.repeat(22)} Questions?.`)
    expect(shownText('Read {link}')).toBe('Read [link to the portal]')
    expect(linkOfLength('')).toContain('https://portal#t=')
  })
  it('never calls sent what was skipped', () => {
    expect(sentWords({ state: 'skipped', outcome: 'No consent.' })).toEqual({ tone: 'error', text: 'Not sent. No consent.' })
    expect(sentWords({ state: 'queued', outcome: '' }).tone).toBe('done')
  })
  it('tells of a call how long it was and whether the patient was known', () => {
    expect([callFacts({ durationS: 70, isVerified: true, state: 'ended' }), callFacts({ durationS: null, isVerified: false, state: 'ended' }), callFacts({ durationS: null, isVerified: false, state: 'queued' })]).toEqual(['1 min 10 s, identity confirmed', 'identity not confirmed', ''])
  })
})

describe('what can be done with an action', () => {
  it('lets nobody change what is on its way, and lets a person decide on what may have arrived', () => {
    expect([canAct('change', { state: 'queued' }), canAct('change', { state: 'proposed' }), canAct('retry', { state: 'unknown' }), canAct('done', { state: 'unknown' }), canAct('cancel', { state: 'unknown' }), canAct('retry', { state: 'done' })]).toEqual([false, true, true, true, false, false])
  })
  it('says what looking came to', () => { expect([lookedText({ success: true, due: 0, queued: 0, skipped: 0, failed: 0 }), lookedText({ success: true, due: 2, queued: 1, skipped: 1, failed: 0 })]).toEqual(['Nothing is due.', '2 actions due: 1 under way, 1 skipped, 0 failed.']) })
})

describe('the release in words', () => {
  const release = { id: '019a0000-0000-7000-8000-000000000003', at, by: 'Dr Mora', isOfThisReport: true, openedAt: null }
  const when = () => '10:00'
  it('says since when, by whom, whether it was read, and that the report has changed', () => {
    expect(releaseText({ release, isSigned: true }, when)).toBe('On the portal since 10:00, released by Dr Mora. Not read yet.')
    expect(releaseText({ release: { ...release, isOfThisReport: false, openedAt: at }, isSigned: true }, when)).toContain('Read 10:00. The report has changed since')
    expect([releaseText({ release: null, isSigned: true }, when), releaseText({ release: null, isSigned: false }, when)]).toEqual(['Not on the portal.', 'Nothing goes to a patient before the report is signed.'])
  })
  it('asks for a signature, a text in the patient’s language, and consent to the portal', () => {
    const texts = { en: 'Good news.', es: '' }
    expect(canRelease({ patient: aPatient(), isSigned: true }, texts)).toBe(true)
    expect(canRelease({ patient: aPatient({ language: 'es' }), isSigned: true }, texts)).toBe(false)
    expect(canRelease({ patient: aPatient({ consents: [consent('sms', 'given')] }), isSigned: true }, texts)).toBe(false)
    expect([canRelease({ patient: aPatient(), isSigned: false }, texts), canRelease({ patient: aPatient(), isSigned: true }, null)]).toEqual([false, false])
  })
})

describe('templates in words', () => {
  it('makes an id of a name, and another where it is taken', () => { expect([templateIdOf('Trinken: erinnern!', []), templateIdOf('Reminder', ['reminder', 'reminder-2']), templateIdOf('  ', [])]).toEqual(['trinken-erinnern', 'reminder-3', 'template']) })
  it('says when a step comes', () => { expect([0, 0.05, 48, 168].map(afterText)).toEqual(['at once', 'after 3 min', 'after 48 h', 'after 7 d']) })
})
