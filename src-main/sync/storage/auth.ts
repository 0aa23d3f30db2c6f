import { SendFault } from '../../platform/outbox-types.ts'

export type CloudAuth = Readonly<{
  /** Null where the target wants none. Throws SendFault 'refused' or 'offline'. */
  token: () => Promise<string | null>
  /** Base64 of the RSA-SHA256 signature, by the key of the account or by the service that holds it. */
  sign: (text: string) => Promise<string>
  email: () => Promise<string>
}>

/**
 * Credentials as every Google tool finds them: a key file, the user's own, or those of the machine. The library takes 0.1 s to load and
 * is loaded when something leaves. `isOptional`: an emulator wants no token, and without credentials none is sent.
 */
export function createCloudAuth({ isOptional }: Readonly<{ isOptional: boolean }>): CloudAuth {
  const load = async () => {
    const { GoogleAuth } = await import('google-auth-library')
    return new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/devstorage.read_write'] })
  }
  let loaded: ReturnType<typeof load> | null = null
  let hasNone = false
  const auth = async () => loaded ??= load()
  const explain = (error: unknown): SendFault => {
    const text = error instanceof Error ? error.message : ''
    if (/default credentials|ENOENT|lstat|no such file/i.test(text)) return new SendFault('refused', 'No credentials for the cloud storage are here. Set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account.', { cause: error })
    if (/invalid_grant|invalid_client|unauthorized|PEM|DECODER|private key/i.test(text)) return new SendFault('refused', 'The credentials for the cloud storage are not valid any more. Put a new key file where GOOGLE_APPLICATION_CREDENTIALS points.', { cause: error })
    return new SendFault('offline', 'No access to the cloud storage could be had: the sign-in of Google does not answer.', { cause: error })
  }
  return {
    async token() {
      if (hasNone) return null
      try {
        return await (await auth()).getAccessToken() ?? null
      } catch (error) {
        const fault = explain(error)
        if (!isOptional || fault.faultClass !== 'refused') throw fault
        hasNone = true
        return null
      }
    },
    async sign(text) {
      try { return await (await auth()).sign(text) } catch (error) { throw explain(error) }
    },
    async email() {
      try {
        const { client_email: email } = await (await auth()).getCredentials()
        if (email === undefined) throw new SendFault('refused', 'These credentials have no account that could sign an address. Use the key file of a service account.')
        return email
      } catch (error) {
        throw error instanceof SendFault ? error : explain(error)
      }
    }
  }
}
