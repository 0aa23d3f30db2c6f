import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { AppError } from '../../../src-shared/errors.ts'
import { PhoneNumber } from '../../../src-shared/followup.ts'

/** A number as people write it, as E.164. Null where it can't be one. `country`: ISO 3166, for numbers without a plus. */
export function phoneNumberOf(text: string, country: string): PhoneNumber | null {
  const parsed = isSupportedCountry(country) ? parsePhoneNumberFromString(text, country) : parsePhoneNumberFromString(text)
  const number = PhoneNumber.safeParse(parsed?.number)
  return parsed?.isPossible() === true && number.success ? number.data : null
}

/** Throws AppError 'invalid-request' with what to write instead. */
export function requireNumber(text: string, country: string, field: string): PhoneNumber {
  const number = phoneNumberOf(text, country)
  if (number === null) throw new AppError('invalid-request', 'This is no telephone number that can be reached. Write it with its country, as in +1 555 010 0002.', { field })
  return number
}
