/** What somebody did. `subject` names a row; `detail` never holds report text, patient names or secrets. */
export type AuditRecord = Readonly<{ actor: string, actorName: string, action: string, subject: string, detail?: Readonly<Record<string, unknown>> }>

/** `record` is synchronous: call it inside the transaction of the act it speaks of, so that neither exists without the other. */
export type Audit = Readonly<{ record: (entry: AuditRecord) => void }>
