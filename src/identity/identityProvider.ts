import type * as Oidc from 'openid-client';
import { z } from 'zod';
import { areGroupsCutOff, cutOffText, groupsIn, isYes } from './groups.ts';
import { name as nameSchema } from './jwt.ts';
import { isReservedActor, type Scope } from './viewer.ts';

/** How people sign in at the identity provider, and what becomes of them. */
export type SignInOptions = {
  issuer: string;
  clientId: string;
  /** Null: a public client. */
  clientSecret: string | null;
  /** What is requested, e.g. `openid profile email`. */
  requestedScopes: string;
  /** The workspace of everybody who signs in, or the claim that names it. */
  workspace: { fixed: string } | { claim: string };
  actorClaim: string;
  groupsClaim: string;
  /** The scopes of whoever is in a group. */
  groupScopes: Readonly<Record<string, readonly Scope[]>>;
};

/** What the browser keeps between the start of a sign-in and its end. */
export type Attempt = { state: string; nonce: string; verifier: string };

/** Who signed in, as the identity provider says. */
export type SignedIn = {
  issuer: string;
  subject: string;
  userId: string;
  actor: string;
  displayName: string | null;
  email: string | null;
  groups: string[];
  /** Of all groups together. */
  scopes: Scope[];
  /** For signing out at the identity provider; null if that is not possible. */
  idToken: string | null;
};

export type SignInFailure =
  /** The identity provider does not answer. */
  | 'away'
  /** The code was used before, or is too old. */
  | 'used'
  /** The identity provider refused, or the person did. */
  | 'refused'
  /** The clocks differ too much. */
  | 'clock'
  /** What the identity provider says about the person cannot be used. */
  | 'claims'
  /** The identity provider and this service do not fit together. */
  | 'setup';

/** A sign-in did not succeed. The message is for the person. */
export class SignInError extends Error {
  readonly failure: SignInFailure;

  constructor(failure: SignInFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

const TIMEOUT_SECONDS = 10;
/** How far the clocks of the identity provider and of this machine may differ. */
const LEEWAY_SECONDS = 60;
/** Longer ID tokens do not fit into the address for signing out. */
const MAX_HINT_CHARACTERS = 4_000;

type Claims = Record<string, unknown>;

/** The identity provider, by OpenID Connect: authorization code with PKCE, state and nonce. */
export class IdentityProvider {
  readonly #options: SignInOptions;
  #discovered: Promise<{ oidc: typeof Oidc; config: Oidc.Configuration }> | undefined;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  get issuer(): string {
    return this.#options.issuer;
  }

  /**
   * Begins a sign-in.
   * @param askAgain whether to ask for credentials even of somebody who is signed in there
   * @returns where to send the browser, and what it must keep until it comes back
   * @throws SignInError
   */
  async begin(redirectUri: string, askAgain: boolean): Promise<{ url: URL; attempt: Attempt }> {
    const { oidc, config } = await this.#discover();
    const attempt = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: this.#options.requestedScopes,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      ...(askAgain && { prompt: 'login' }),
    });
    return { url, attempt };
  }

  /**
   * Ends a sign-in.
   * @param callback the address that the identity provider sent the browser to
   * @throws SignInError
   */
  async finish(callback: URL, { state, nonce, verifier }: Attempt): Promise<SignedIn> {
    const { oidc, config } = await this.#discover();
    try {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const tokens = await oidc.authorizationCodeGrant(config, callback, checks);
      const claims: Claims & { sub: string } = { ...(tokens.claims() as Oidc.IDToken) };
      const isComplete = this.#claimNames().every((claim) => claims[claim] !== undefined);
      const isCutOff = areGroupsCutOff(claims, this.#options.groupsClaim);
      if (!isComplete && !isCutOff && config.serverMetadata().userinfo_endpoint) {
        const more = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
        for (const [claim, value] of Object.entries(more)) claims[claim] ??= value;
      }
      return this.#read(claims, tokens.id_token ?? null);
    } catch (error) {
      throw error instanceof SignInError ? error : failureOf(error, this.issuer);
    }
  }

  /** Where to sign out at the identity provider too; null if it has no such address. */
  async endSessionUrl(idToken: string | null, returnTo: string): Promise<string | null> {
    const { oidc, config } = await this.#discover();
    if (!config.serverMetadata().end_session_endpoint) return null;
    return oidc.buildEndSessionUrl(config, {
      post_logout_redirect_uri: returnTo,
      ...(idToken !== null && { id_token_hint: idToken }),
    }).href;
  }

  #claimNames(): string[] {
    const { workspace, actorClaim, groupsClaim } = this.#options;
    return [actorClaim, groupsClaim, 'name', ...('claim' in workspace ? [workspace.claim] : [])];
  }

  #read(given: Claims & { sub: string }, idToken: string | null): SignedIn {
    const { issuer, workspace, actorClaim, groupsClaim, groupScopes } = this.#options;
    // An address that the identity provider has not verified may be anybody's.
    const { email, ...others } = given;
    const claims: Claims = isYes(given['email_verified']) ? given : others;
    const read = (claim: string): string => {
      const { data, success } = nameSchema.safeParse(claims[claim]);
      if (success) return data;
      const isUnverified = claim === 'email' && email !== undefined;
      throw new SignInError(
        'claims',
        isUnverified
          ? 'The identity provider has not verified your email address, so it cannot be your name here.'
          : `The identity provider did not send the claim ${claim}, or not as a text of 1 to 255 characters.`,
      );
    };
    if (areGroupsCutOff(claims, groupsClaim)) {
      throw new SignInError('claims', `${cutOffText(groupsClaim, 'HOLDPOINT_OIDC_GROUPS_CLAIM')}.`);
    }
    const actor = read(actorClaim);
    if (isReservedActor(actor)) {
      throw new SignInError('claims', `The name ${actor} is reserved for the service.`);
    }
    const groups = groupsIn(claims, groupsClaim);
    const scopes = groups.flatMap((group) =>
      Object.hasOwn(groupScopes, group) ? (groupScopes[group] ?? []) : [],
    );
    return {
      issuer,
      subject: given.sub,
      userId: 'fixed' in workspace ? workspace.fixed : read(workspace.claim),
      actor,
      displayName: textOrNull(claims['name']) ?? textOrNull(claims['preferred_username']),
      email: textOrNull(claims['email']),
      groups,
      scopes: [...new Set(scopes)],
      idToken: idToken !== null && idToken.length <= MAX_HINT_CHARACTERS ? idToken : null,
    };
  }

  /** Reads the provider's addresses, once it answers. */
  async #discover(): Promise<{ oidc: typeof Oidc; config: Oidc.Configuration }> {
    this.#discovered ??= this.#readMetadata();
    try {
      return await this.#discovered;
    } catch (error) {
      this.#discovered = undefined;
      throw failureOf(error, this.issuer);
    }
  }

  async #readMetadata(): Promise<{ oidc: typeof Oidc; config: Oidc.Configuration }> {
    const { issuer, clientId, clientSecret } = this.#options;
    const oidc = await import('openid-client'); // only needed once somebody signs in
    const authentication: Oidc.ClientAuth = (server, client, body, headers) => {
      if (clientSecret === null) return oidc.None()(server, client, body, headers);
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      const method = methods.includes('client_secret_basic')
        ? oidc.ClientSecretBasic(clientSecret)
        : oidc.ClientSecretPost(clientSecret);
      return method(server, client, body, headers);
    };
    const isPlain = issuer.startsWith('http:'); // on this machine, see src/config.ts
    const config = await oidc.discovery(
      new URL(issuer),
      clientId,
      { [oidc.clockTolerance]: LEEWAY_SECONDS },
      authentication,
      {
        timeout: TIMEOUT_SECONDS,
        execute: [
          oidc.enableNonRepudiationChecks,
          ...(isPlain ? [oidc.allowInsecureRequests] : []),
        ],
      },
    );
    return { oidc, config };
  }
}

const shortText = z.string().trim().min(1).max(255).pipe(nameSchema);
const textOrNull = (value: unknown): string | null => shortText.safeParse(value).data ?? null;

const CLOCK = 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED';
/** Errors of the network, and answers of a proxy or a broken server. */
const away = ['OAUTH_TIMEOUT', 'OAUTH_ABORT'];

/** Why a sign-in failed, in words for the person. The cause is for the log. */
function failureOf(cause: unknown, issuer: string): SignInError {
  if (cause instanceof SignInError) return cause;
  const { code = '', error = '', error_description, status } = cause as Failure;
  const { host } = new URL(issuer);
  const fail = (failure: SignInFailure, message: string) =>
    new SignInError(failure, message, { cause });

  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') {
    const detail = error_description ? `${error}: ${error_description}` : error;
    return fail('refused', `The identity provider did not sign you in (${detail}).`);
  }
  if (error === 'invalid_grant') {
    return fail('used', 'This sign-in was used before, or took too long.');
  }
  if (code === CLOCK) {
    return fail(
      'clock',
      `The clocks of this service and of ${host} differ by more than a minute. Whoever runs Holdpoint must set them.`,
    );
  }
  const isOfNetwork = cause instanceof TypeError && !code.startsWith('ERR_INVALID_ARG');
  if (isOfNetwork || away.includes(code) || statusOf(cause, status) >= 500) {
    return fail('away', `The identity provider, ${host}, can't be reached right now.`);
  }
  return fail(
    'setup',
    `Holdpoint and the identity provider, ${host}, could not agree${error ? ` (${error})` : ''}. The log of the service says why.`,
  );
}

type Failure = { code?: string; error?: string; error_description?: string; status?: number };

/** The HTTP status that an error is about; 0 if it is about none. */
function statusOf(error: unknown, status: unknown): number {
  if (typeof status === 'number') return status;
  const { cause } = error as { cause?: unknown };
  return cause instanceof Response ? cause.status : 0;
}
