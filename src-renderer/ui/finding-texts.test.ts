import { expect, it } from 'vitest'
import { densityTexts } from './finding-texts.ts'

it('never calls a density above the highest voxel a mean', () => {
  expect(densityTexts({ meanHu: 850.4, maxHu: 1203 })).toEqual({ mean: 'mean 850 HU', max: 'max 1203' })
  expect(densityTexts({ meanHu: 667, maxHu: 471 })).toEqual({ mean: 'best fit 667 HU', max: 'highest voxel 471' })
  expect(densityTexts({ meanHu: null, maxHu: 471 })).toEqual({ mean: null, max: 'max 471 HU' })
  expect(densityTexts({ meanHu: null, maxHu: null })).toEqual({ mean: null, max: null })
})
