export type LinkParts = Readonly<{ host: string, port: number, fingerprint: string, code: string }>

/** Where other devices find this workstation. */
export function lanOrigin(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Host, port, fingerprint and code. Behind the `#`, so that no server and no log ever sees the code. */
export function pairingLink({ host, port, fingerprint, code }: LinkParts): string {
  return `${lanOrigin(host, port)}/glasses#${new URLSearchParams({ code, fp: fingerprint }).toString()}`
}
