import { z } from 'zod'
import { Language } from './followup.ts'
import { Instant, RowId } from './ids.ts'

/**
 * What a patient's phone and this workstation say to each other. `link` is the token behind the `#` of the address in the QR code: it opens
 * nothing by itself, it only says whose report a code is asked for.
 */
export const OtpRequest = z.object({ phone: z.string().trim().min(3).max(40), link: z.string().max(100).optional() })
export type OtpRequest = z.infer<typeof OtpRequest>
/** The same whether the number is known or not. */
export const OtpRequested = z.object({ success: z.literal(true), expiresInS: z.int(), digits: z.int() })
export type OtpRequested = z.infer<typeof OtpRequested>
export const OtpVerify = z.object({ phone: z.string().trim().min(3).max(40), code: z.string().trim().min(1).max(12), link: z.string().max(100).optional() })
export type OtpVerify = z.infer<typeof OtpVerify>
/** `GET /api/auth/me`, and the answer of a sign-in. No name: whoever finds the phone learns nothing more. */
export const PortalMe = z.object({ isSignedIn: z.literal(true), language: Language, expiresAt: Instant, hasTotp: z.boolean() })
export type PortalMe = z.infer<typeof PortalMe>

const Texts = z.object({ en: z.string(), es: z.string() })
/** `GET /api/portal`: only what a clinician has signed and released. */
export const PortalHome = z.object({
  clinic: z.object({ name: z.string(), phone: z.string() }), language: Language,
  reports: z.array(z.object({ id: RowId, releasedAt: Instant, studyDate: z.string().nullable(), title: z.string(), texts: Texts, images: z.array(z.object({ id: z.int(), caption: z.string() })) })),
  plan: z.array(z.object({ at: Instant, kind: z.enum(['sms', 'call', 'portal-release', 'task', 'export']), isDone: z.boolean() })),
  timeZone: z.string(), isCallAsked: z.boolean(), consents: z.object({ sms: z.boolean(), voice: z.boolean() }), hasTotp: z.boolean()
})
export type PortalHome = z.infer<typeof PortalHome>
export const CallAsk = z.object({ note: z.string().trim().max(500).default('') })
export type CallAsk = z.infer<typeof CallAsk>
/** `messages`: texts and calls end, the portal stays. `everything`: the portal, too, and the session with it. */
export const OptOut = z.object({ what: z.enum(['messages', 'everything']) })
export type OptOut = z.infer<typeof OptOut>
export const LanguageChoice = z.object({ language: Language })
/** A secret for an authenticator app; it counts only once a code of it was shown. */
export const TotpOffer = z.object({ secret: z.string(), uri: z.string(), qrSvg: z.string() })
export type TotpOffer = z.infer<typeof TotpOffer>
export const TotpConfirm = z.object({ code: z.string().trim().min(6).max(8) })
export const PortalDone = z.object({ success: z.literal(true) })
export type PortalDone = z.infer<typeof PortalDone>
/** Before sign-in: how the site names itself, and how to reach it. */
export const PortalClinic = z.object({ name: z.string(), phone: z.string(), digits: z.int() })
export type PortalClinic = z.infer<typeof PortalClinic>
