import { describe, expect, it } from 'vitest'
import { ageAndSex, ageAtStudy, ageOfStudy, bytesText, counted, durationText, personName, shortPersonName } from './format.ts'

describe('age at the study', () => {
  it.each([
    ['1969-11-24', '2026-11-23', '56 y'], ['1969-11-23', '2026-11-23', '57 y'], ['2025-12-01', '2026-11-23', '11 mo'], ['2026-11-01', '2026-11-23', '22 d'], ['2026-11-23', '2026-11-23', '0 d']
  ])('of a birth on %s and a study on %s is %s', (birth, study, age) => { expect(ageAtStudy(birth, study)).toBe(age) })
  it.each([
    [null, '2026-11-23'], ['1970-01-01', null], ['2027-01-01', '2026-11-23'], ['1900-01-01', '2026-01-01'], ['19700101', '2026-11-23'], ['1970-02-31', '2026-11-23']
  ])('is left out rather than invented for %s and %s', (birth, study) => { expect(ageAtStudy(birth, study)).toBeNull() })
  it('stands with the sex as far as either is known', () => {
    expect([ageAndSex('57 y', 'F'), ageAndSex(null, 'm'), ageAndSex('57 y', ''), ageAndSex(null, '')]).toEqual(['57 y F', 'M', '57 y', '–'])
  })
})

describe('age of a study', () => {
  const now = Date.parse('2026-11-23T10:00:00Z')
  it.each([['2026-11-23', 'today'], ['2026-11-18', '5 d'], ['2026-10-12', '6 w'], ['2025-09-23', '14 mo'], ['2017-11-01', '9 y']])('of %s is %s', (date, text) => { expect(ageOfStudy(date, now)).toBe(text) })
  it('is unknown without a date, and for one that lies ahead', () => { expect([ageOfStudy(null, now), ageOfStudy('2027-01-01', now)]).toEqual([null, null]) })
})

describe('texts', () => {
  it('turns DICOM names into reading order', () => {
    expect(['Mora^Ana', 'García Márquez^María José^^Dr', 'PHANTOM', '^Ana', '^^^', '=', ''].map(personName)).toEqual(['Mora, Ana', 'García Márquez, María José', 'PHANTOM', 'Ana', 'No name', 'No name', 'No name'])
  })
  it('shows a name in every script that the file has, and the first where there is little room', () => {
    const names = ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'Hong^Gildong=洪^吉洞=홍^길동', 'Wang^XiaoDong=王^小东', '=山田^太郎=', 'Kim^^=^^=']
    expect(names.map(personName)).toEqual(['Yamada, Tarou · 山田 太郎 · やまだ たろう', 'Hong, Gildong · 洪 吉洞 · 홍 길동', 'Wang, XiaoDong · 王 小东', '山田 太郎', 'Kim'])
    expect(names.map(shortPersonName)).toEqual(['Yamada, Tarou', 'Hong, Gildong', 'Wang, XiaoDong', '山田 太郎', 'Kim'])
  })
  it('counts and measures in words', () => {
    expect([counted(1, 'file'), counted(2310, 'file'), counted(2, 'series', 'series')]).toEqual(['1 file', '2,310 files', '2 series'])
    expect([durationText(850), durationText(4210), durationText(192_000), durationText(119_700), durationText(600_000)]).toEqual(['850 ms', '4.2 s', '3 min 12 s', '2 min', '10 min'])
    expect([bytesText(512), bytesText(3_440_000), bytesText(81_000_000_000)]).toEqual(['512 B', '3.4 MB', '81 GB'])
  })
})
