export type Word = 'stop' | 'start' | 'help'

/** FCC's own words (47 CFR 64.1200(a)(10)) and the carriers', which lack "revoke" and "opt out"; with what Spanish phones send. */
const stops = new Set(['stop', 'stop all', 'stopall', 'quit', 'end', 'revoke', 'opt out', 'optout', 'opt-out', 'cancel', 'unsubscribe', 'alto', 'parar', 'cancelar', 'baja', 'no mas'])
const starts = new Set(['start', 'unstop', 'yes start', 'iniciar', 'empezar'])
const helps = new Set(['help', 'info', 'ayuda'])

/** A word of command, if the whole text is one: in any case, with punctuation and blanks around it, and a word of courtesy after it. */
export function wordIn(text: string): Word | null {
  const plain = fold(text).replace(/[^a-z- ]+/g, ' ').replace(/\s+/g, ' ').trim().replace(/ (?:please|por favor|now|thanks|gracias)$/, '').replace(/^please /, '')
  if (stops.has(plain)) return 'stop'
  if (starts.has(plain)) return 'start'
  return helps.has(plain) ? 'help' : null
}

/** What somebody after a stone must be seen for at once: fever, no urine, pain that nothing helps. Negation is not looked for: a task too many harms nobody. */
const redFlags: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['fever', /\b(?:fever(?:ish)?|chills?|shivering|temperature of|fiebre|escalofrios?|calentura)\b|\b(?:38|39|40|41)(?:[.,]\d)? ?(?:degrees|grados|°|c\b)|\b10[1-5](?:[.,]\d)? ?(?:degrees|grados|°|f\b)/],
  ['no urine', /\b(?:no urine|not urinat\w*|(?:can ?not|cant|can't|cannot|unable to|not able to|haven'?t|not|stopped) (?:been able to )?(?:pee\w*|urinat\w*|pass(?:ed|ing)? (?:any )?(?:urine|water)|peed)|no puedo orinar|no orin\w*|sin orina\w*|no hago pipi|no puedo hacer pipi)\b/],
  ['unbearable pain', /\b(?:unbearable|excruciating|intolerable|worst pain|severe pain|terrible pain|pain is (?:terrible|severe|worse)|dolor (?:insoportable|intenso|horrible|muy fuerte|terrible)|insoportable|no aguanto)\b/],
  ['blood', /\b(?:a lot of blood|blood clots?|bleeding|mucha sangre|coagulos?|sangrando)\b/],
  ['vomiting', /\b(?:can'?t stop vomiting|keep(?:s)? vomiting|no paro de vomitar|vomito todo)\b/],
  ['collapse', /\b(?:faint(?:ed|ing)?|passed out|collapsed|desmay\w*)\b/]
]

/** Names of the red flags in a text, each once. */
export function redFlagsIn(text: string): string[] {
  const plain = fold(text)
  return redFlags.filter(([, pattern]) => pattern.test(plain)).map(([name]) => name)
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase().replace(/\s+/g, ' ').trim()
}
