export type LinkParts = Readonly<{ host: string, port: number, fingerprint: string, code: string }>

/** Host, port, fingerprint and code. Behind the `#`, so that no server and no log ever sees the code. */
export function pairingLink({ host, port, fingerprint, code }: LinkParts): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `https://${name}:${port}/glasses#${new URLSearchParams({ code, fp: fingerprint }).toString()}`
}
