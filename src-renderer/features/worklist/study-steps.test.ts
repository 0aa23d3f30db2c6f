import { describe, expect, it } from 'vitest'
import { StudyUid } from '../../../src-shared/ids.ts'
import { neighboursOf } from './study-steps.ts'

const uids = ['1.1', '1.2', '1.3'].map((uid) => StudyUid.parse(uid))
const rows = uids.map((studyUid) => ({ studyUid }))

describe('the studies beside one', () => {
  it('are those before and after it in the list, and none beyond the ends', () => {
    expect(uids.map((uid) => { const { previous, next } = neighboursOf(rows, uid); return [previous, next] })).toEqual([[null, '1.2'], ['1.1', '1.3'], ['1.2', null]])
  })
  it('are none for a study that the list does not hold', () => {
    expect(neighboursOf(rows, StudyUid.parse('9.9'))).toEqual({ at: -1, previous: null, next: null })
  })
})
