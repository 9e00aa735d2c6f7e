import { genericOAuth } from 'better-auth/plugins/generic-oauth'

/** An OpenID Connect provider of the administration, where staff may sign in instead of by password. */
export type OutsideProvider = {
  /** As on the button: 'Ministère'. */
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** The whole address to which the provider sends back. */
  readonly redirectUri: string
}

export const PROVIDER_ID = 'oidc'

/**
 * Authorization code with PKCE, state bound to the browser, nonce bound to the ID token, whose signature, issuer, audience
 * and algorithm are verified. It makes no account: an identity is linked to the account with its verified address, once.
 */
export function outsideProvider({ name, issuer, clientId, clientSecret, redirectUri }: OutsideProvider) {
  return genericOAuth({
    config: [
      {
        providerId: PROVIDER_ID,
        name,
        clientId,
        clientSecret,
        discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        redirectURI: redirectUri,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        requireIdTokenVerification: true,
        disableSignUp: true,
        disableImplicitSignUp: true,
        // Without an ID token there is nothing that a nonce could be bound to: who it is would be the access token's word.
        accountSubject({ tokens, profile }) {
          if (!tokens.idToken || typeof profile.sub !== 'string') throw new Error('the provider sent no ID token')
          return profile.sub
        },
      },
    ],
  })
}
