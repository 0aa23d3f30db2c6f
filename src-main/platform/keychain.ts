/** The system's store of secrets, as an argument for whoever keeps one; null where the system has none that deserves the name. */
export type Keychain = Readonly<{ seal: (secret: string) => Uint8Array, open: (sealed: Uint8Array) => string }>
