import { bad, ok, reasonOf, type Check } from './check.ts'

const advice = 'Do not measure on this machine. Run "npm ci"; if it stays, report it.'

/** Measures the small phantoms that the application measures at every start. */
export const checkTheRuler: Check = async () => {
  const { checkRuler } = await import('../../analysis/ruler.ts')
  try {
    const { isTrue, checks } = checkRuler()
    if (isTrue) return ok('ruler', `It measures true: ${checks.length} lengths, volumes and densities of phantoms.`)
    const off = checks.filter((check) => !check.ok).map(({ name, expected, measured, unit }) => `${name} ${measured} ${unit} instead of ${expected}`)
    return bad('ruler', `It is off: ${off.join('; ')}.`, advice)
  } catch (error) {
    return bad('ruler', `It could not be checked: ${reasonOf(error)}.`, advice)
  }
}
