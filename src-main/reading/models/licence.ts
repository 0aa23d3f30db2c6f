import { createHash } from 'node:crypto'
import type { Licence } from '../../../src-shared/models.ts'

/** The terms of MedGemma, told in our words; the binding text is at the address. */
export const medgemmaLicence: Licence = {
  name: 'Health AI Developer Foundations',
  url: 'https://developers.google.com/health-ai-developer-foundations/terms',
  text: [
    'MedGemma is given under the terms of Google’s Health AI Developer Foundations. They are not an open-source licence. In short, and without replacing them:',
    '– The model and what is derived from it, such as a conversion to ONNX or a smaller dtype, may be used only under these terms and their list of prohibited uses; whoever passes it on has to pass them on.',
    '– It is not a medical device, and its output is not meant to inform diagnosis or treatment directly. Every statement has to be checked by a qualified person.',
    '– Whoever uses it for patients answers for the approvals and the testing that their law asks for.',
    'Read the whole text at the address before you accept.'
  ].join('\n')
}

export const termsSha256 = ({ text, url }: Licence): string => createHash('sha256').update(`${url}\n${text}`).digest('hex')
