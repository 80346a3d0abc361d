import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { z } from 'zod';
import { isLoopback } from '../config.ts';
import type { Database } from '../database/database.ts';
import {
  type Attempt,
  type IdentityProvider,
  type SignedIn,
  SignInError,
  type SignInFailure,
} from '../identity/identityProvider.ts';
import { revokeSession, type SessionTimes } from '../identity/sessions.ts';
import { clientAddress, type TrustProxy } from '../limits/clientAddress.ts';
import { endAccess, IdentityRefusedError, startSession } from '../people/identities.ts';
import { isAway } from '../pipeline/publicError.ts';
import { Cookies, cookiesOf } from './cookies.ts';
import { isSameOrigin } from './origins.ts';
import { isPagePath } from './page.ts';
import { sendSignInPage } from './signInPage.ts';

export const SIGN_IN_PATH = '/auth/sign-in';
export const CALLBACK_PATH = '/auth/callback';
export const SIGN_OUT_PATH = '/auth/sign-out';

export type SignInServerOptions = {
  provider: IdentityProvider;
  database: Pick<Database, 'query' | 'transaction'>;
  times: SessionTimes;
  /** Null: the address in the request, which is on this machine. */
  publicUrl: string | null;
  trustProxy: TrustProxy;
  log: Logger;
};

/** How long somebody may take to sign in at the identity provider. */
const ATTEMPT_SECONDS = 600;
/** All sign-ins that one browser has under way: proxies refuse a Cookie header of more than 8 KB. */
const MAX_ATTEMPTS_CHARACTERS = 6_000;
/** Requests of one address within a minute, far more than the people behind it need. */
const MAX_REQUESTS_A_MINUTE = 300;
const MINUTE_SECONDS = 60;
const MAX_GROUPS_SHOWN = 20;
/** A cookie holds 4 KB. */
const MAX_PATH_CHARACTERS = 1_500;

/** What the browser keeps in a cookie while somebody is signing in. */
const keptAttempt = z.object({
  state: z.string().regex(/^[\w-]{43}$/),
  nonce: z.string(),
  verifier: z.string(),
  /** The path to return to. */
  to: z.string(),
  /** When it began, in milliseconds. */
  at: z.number(),
});
type KeptAttempt = z.infer<typeof keptAttempt>;

/**
 * Signs people in at the identity provider and out again. Their session is a cookie, which counts
 * only for requests of the page itself.
 */
export class SignIn {
  readonly #options: SignInServerOptions;
  readonly #requests = new RateLimiterMemory({
    points: MAX_REQUESTS_A_MINUTE,
    duration: MINUTE_SECONDS,
  });

  constructor(options: SignInServerOptions) {
    this.#options = options;
  }

  /** The session cookie of a request, if it comes from the page of this service. */
  sessionOf(request: IncomingMessage): string | null {
    if (request.headers.cookie === undefined) return null;
    const base = this.#baseOf(request);
    if (!base || !isSameOrigin(request, base.origin)) return null;
    return cookiesOf(request).get(new Cookies(base).nameOf('session')) ?? null;
  }

  /** @returns whether the path is one of signing in or out. If so, the request has been answered */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const method = methods.get(path);
    if (!method) return false;
    if (request.method !== method) {
      response.writeHead(405, { Allow: method }).end();
      return true;
    }
    const base = this.#baseOf(request);
    if (!base) {
      sendSignInPage(response, {
        status: 400,
        title: 'Sign-in needs another address',
        text: 'Over this address nobody can sign in. Whoever runs Holdpoint must set HOLDPOINT_PUBLIC_URL to it.',
        links: [],
      });
      return true;
    }
    if (path === SIGN_OUT_PATH) await this.#signOut(base, request, response);
    else await this.#answerPerson(path, base, request, response);
    return true;
  }

  async #answerPerson(
    path: string,
    base: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', base);
    const attempt = path === CALLBACK_PATH ? this.#attemptOf(url, base, request) : null;
    const to = attempt?.to ?? pathOfPage(url.searchParams.get('to'), base);
    if (!(await this.#admit(request, response))) {
      return this.#refuse(base, to, response, 429, 'Too many sign-ins', 'Try again in a minute.');
    }
    try {
      if (path === SIGN_IN_PATH) await this.#begin(url, base, to, request, response);
      else if (attempt) await this.#finish(url, base, attempt, request, response);
      else {
        const text =
          'It began in another browser, was finished before, or took longer than ten minutes.';
        this.#refuse(base, to, response, 400, 'This sign-in is not valid here', text);
      }
    } catch (error) {
      if (error instanceof SignInError) {
        const { failure, message, cause } = error;
        const level = failure === 'used' || failure === 'refused' ? 'info' : 'warn';
        this.#options.log[level]({ failure, err: cause ?? error }, 'a sign-in failed');
        this.#refuse(base, to, response, statuses[failure], 'You are not signed in', message);
      } else if (error instanceof IdentityRefusedError) {
        this.#refuse(base, to, response, 403, 'You are not signed in', error.message);
      } else if (isAway(error)) {
        const text = "Holdpoint's database can't be reached right now.";
        this.#refuse(base, to, response, 503, 'You are not signed in', text);
      } else throw error;
    }
  }

  /** Whether the address may sign in or out once more. */
  async #admit(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    try {
      await this.#requests.consume(clientAddress(request, this.#options.trustProxy));
      return true;
    } catch {
      response.setHeader('Retry-After', MINUTE_SECONDS);
      return false;
    }
  }

  async #begin(
    url: URL,
    base: URL,
    to: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { provider } = this.#options;
    const begun = await provider.begin(redirectUriOf(base), url.searchParams.has('again'));
    const cookies = new Cookies(base);
    const name = nameOfAttempt(cookies, begun.attempt.state);
    const kept: KeptAttempt = { ...begun.attempt, to, at: Date.now() };
    let room = MAX_ATTEMPTS_CHARACTERS - encoded(kept).length;
    const old = this.#attemptsOf(base, request)
      .toSorted((one, other) => other.at - one.at)
      .filter((attempt) => {
        room -= encoded(attempt).length;
        return room < 0;
      });
    response.setHeader('Set-Cookie', [
      ...old.map(({ state }) => cookies.remove(nameOfAttempt(cookies, state))),
      cookies.set(name, encoded(kept), ATTEMPT_SECONDS),
    ]);
    redirect(response, begun.url.href);
  }

  async #finish(
    url: URL,
    base: URL,
    attempt: KeptAttempt,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { provider, database, times } = this.#options;
    const cookies = new Cookies(base);
    const removed = cookies.remove(nameOfAttempt(cookies, attempt.state));
    response.setHeader('Set-Cookie', removed);
    const callback = new URL(redirectUriOf(base) + url.search);
    const person = await provider.finish(callback, attempt satisfies Attempt);
    if (person.scopes.length === 0) {
      await endAccess(database, person);
      return this.#refuseWithoutScope(base, attempt.to, person, response);
    }
    const secret = await startSession(database, person, times);
    const name = cookies.nameOf('session');
    const previous = cookiesOf(request).get(name);
    if (previous !== undefined) await revokeSession(database, previous);
    const maxAge = Math.ceil(times.lifeMs / 1_000);
    response.setHeader('Set-Cookie', [removed, cookies.set(name, secret, maxAge)]);
    redirect(response, attempt.to);
  }

  /** Only for the page itself: another site must not sign anybody out. */
  async #signOut(base: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { provider, database, log } = this.#options;
    if (!isSameOrigin(request, base.origin)) {
      return sendJson(response, 403, { error: 'Only the page itself can sign out' });
    }
    if (!(await this.#admit(request, response))) {
      return sendJson(response, 429, { error: 'Too many requests. Try again in a minute' });
    }
    const cookies = new Cookies(base);
    const secret = cookiesOf(request).get(cookies.nameOf('session')) ?? '';
    let session: { idToken: string | null } | null;
    try {
      session = await revokeSession(database, secret);
    } catch (error) {
      if (!isAway(error)) throw error;
      return sendJson(response, 503, { error: "Holdpoint's database can't be reached right now" });
    }
    response.setHeader('Set-Cookie', cookies.remove(cookies.nameOf('session')));
    const identityProviderUrl = session
      ? await provider.endSessionUrl(session.idToken, base.href).catch((error: unknown) => {
          log.info({ err: error }, 'could not find out how to sign out at the identity provider');
          return null;
        })
      : null;
    sendJson(response, 200, { identityProviderUrl });
  }

  #refuseWithoutScope(base: URL, to: string, person: SignedIn, response: ServerResponse): void {
    const { groups, actor, displayName, userId } = person;
    const shown = groups.slice(0, MAX_GROUPS_SHOWN).join(', ');
    const more =
      groups.length > MAX_GROUPS_SHOWN ? ` and ${groups.length - MAX_GROUPS_SHOWN} more` : '';
    const name = displayName && displayName !== actor ? `${displayName} (${actor})` : actor;
    sendSignInPage(response, {
      status: 403,
      title: 'You have no access to Holdpoint',
      text: `You are ${name} in workspace ${userId}, but none of your groups may use Holdpoint. Ask whoever runs it for access.`,
      detail:
        groups.length > 0
          ? `Your groups: ${shown}${more}`
          : 'The identity provider sent no groups for you.',
      links: linksFor(base, to, 'Sign in as somebody else'),
    });
  }

  #refuse(
    base: URL,
    to: string,
    response: ServerResponse,
    status: number,
    title: string,
    text: string,
  ): void {
    const links = linksFor(base, to, status === 403 ? 'Sign in as somebody else' : 'Try again');
    sendSignInPage(response, { status, title, text, links });
  }

  /** The attempt that a callback belongs to; null if this browser has not begun it. */
  #attemptOf(url: URL, base: URL, request: IncomingMessage): KeptAttempt | null {
    const state = url.searchParams.get('state');
    return this.#attemptsOf(base, request).find((attempt) => attempt.state === state) ?? null;
  }

  /** The attempts that a browser has under way. */
  #attemptsOf(base: URL, request: IncomingMessage): KeptAttempt[] {
    const prefix = `${new Cookies(base).nameOf('sign-in')}.`;
    return [...cookiesOf(request)].flatMap(([name, value]) => {
      const attempt = name.startsWith(prefix) ? decoded(value) : null;
      if (!attempt || Date.now() - attempt.at > ATTEMPT_SECONDS * 1_000) return [];
      return [{ ...attempt, to: pathOfPage(attempt.to, base) }];
    });
  }

  /** The address of the service. Null if it is not known, so that no browser is sent there. */
  #baseOf({ headers }: IncomingMessage): URL | null {
    const { publicUrl } = this.#options;
    if (publicUrl !== null) return new URL(publicUrl);
    const address = `http://${headers.host ?? ''}`;
    return URL.canParse(address) && isLoopback(new URL(address).hostname) ? new URL(address) : null;
  }
}

const methods = new Map([
  [SIGN_IN_PATH, 'GET'],
  [CALLBACK_PATH, 'GET'],
  [SIGN_OUT_PATH, 'POST'],
]);

const statuses: Record<SignInFailure, number> = {
  away: 503,
  used: 400,
  refused: 403,
  clock: 502,
  claims: 403,
  setup: 502,
};

const prefixOf = ({ pathname }: URL): string => pathname.replace(/\/$/, '');
const redirectUriOf = (base: URL): string => base.origin + prefixOf(base) + CALLBACK_PATH;

const linksFor = (base: URL, to: string, text: string) => {
  const query = new URLSearchParams({ to, again: '1' });
  if (text === 'Try again') query.delete('again');
  return [
    { text, path: `${prefixOf(base)}${SIGN_IN_PATH}?${query}` },
    { text: 'Back to Holdpoint', path: `${prefixOf(base)}/` },
  ];
};

/** A path of the page, to send the browser to. Anything else becomes the start of the page. */
function pathOfPage(path: string | null, base: URL): string {
  const start = `${prefixOf(base)}/`;
  if (!path?.startsWith(start) || !URL.canParse(path, base)) return start;
  const { origin, pathname, search } = new URL(path, base);
  const isOwn = origin === base.origin && pathname.startsWith(start);
  const isShort = pathname.length + search.length <= MAX_PATH_CHARACTERS;
  return isOwn && isShort && isPagePath(pathname.slice(start.length - 1))
    ? pathname + search
    : start;
}

/** Each sign-in has a cookie of its own, so that several tabs can sign in at the same time. */
const nameOfAttempt = (cookies: Cookies, state: string): string =>
  `${cookies.nameOf('sign-in')}.${state.slice(0, 16)}`;

const encoded = (attempt: KeptAttempt): string =>
  Buffer.from(JSON.stringify(attempt)).toString('base64url');

function decoded(text: string): KeptAttempt | null {
  try {
    return (
      keptAttempt.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data ?? null
    );
  } catch {
    return null;
  }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location, 'Referrer-Policy': 'no-referrer' }).end();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
