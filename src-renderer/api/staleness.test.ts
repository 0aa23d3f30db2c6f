import { describe, expect, it } from 'vitest'
import { StudyUid } from '../../src-shared/ids.ts'
import { createCoalescer, staleKeys } from './staleness.ts'

const studyUid = StudyUid.parse('1.2.3')

describe('what an event makes stale', () => {
  it('is everything at hello, for events may have been missed', () => { expect(staleKeys({ type: 'hello', version: '1' })).toEqual([[]]) })
  it('is the worklist and the study where a study changed', () => {
    expect(staleKeys({ type: 'study-changed', studyUid })).toEqual([['worklist'], ['study', '1.2.3', 'detail'], ['study', '1.2.3', 'timeline'], ['priors']])
  })
  it('is only the key images of the study where one was marked, and what is the clinician’s own where that changed', () => {
    expect(staleKeys({ type: 'key-images-changed', studyUid })).toEqual([['study', '1.2.3', 'key-images']])
    expect([staleKeys({ type: 'hanging-protocols-changed' }), staleKeys({ type: 'viewer-preferences-changed' })]).toEqual([[['hanging-protocols']], [['viewer-preferences']]])
  })
  it('is all of the follow-up where something of it changed', () => { expect(staleKeys({ type: 'followup-changed' })).toEqual([['followup']]) })
  it('is the report too where findings changed, for its text quotes them', () => {
    expect(staleKeys({ type: 'findings-changed', studyUid })).toContainEqual(['study', '1.2.3', 'report'])
  })
})

describe('the coalescer', () => {
  it('hands each key over once, however often it came', async () => {
    const flushed: unknown[] = []
    const coalescer = createCoalescer({ everyMs: 5, flush: (keys) => { flushed.push(keys) } })
    for (let count = 0; count < 1000; count += 1) coalescer.add([['worklist'], ['imports']])
    await new Promise((done) => { setTimeout(done, 30) })
    expect(flushed).toEqual([[['worklist'], ['imports']]])
    coalescer.add([['system']])
    coalescer.stop()
    await new Promise((done) => { setTimeout(done, 20) })
    expect(flushed).toHaveLength(1)
  })
})
