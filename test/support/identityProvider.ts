import { Worker } from 'node:worker_threads';
import type { Page } from 'playwright-core';
import { afterAll } from 'vitest';
import type { SignInOptions } from '../../src/identity/identityProvider.ts';
import type { Account, Command, Reply } from './identityProviderWorker.ts';

export type TestIdentityProvider = {
  /** Its name, which is another site than the service at 127.0.0.1. */
  issuer: string;
  /** The service's side of it. Everybody in `reviewers` may decide, and in `readers` may read. */
  options(change?: Partial<SignInOptions>): SignInOptions;
  /** Lets browsers come back to these addresses. */
  register(urls: string[], change?: Partial<ClientOptions>): Promise<void>;
  /** Whoever enters this login has these claims, besides `sub`, which is the login. */
  account(login: string, claims: Account): Promise<void>;
  /** Sets its clock ahead of the real time, or behind it. */
  setClock(aheadMs: number): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
};

export type ClientOptions = {
  /** Whether the claims are at the user info endpoint only. */
  isThin: boolean;
  /** `none` is a public client. */
  authMethod: 'client_secret_basic' | 'client_secret_post' | 'none';
  idTokenSeconds: number;
};

const CLIENT_ID = 'holdpoint';
const CLIENT_SECRET = 'a secret of the client, 100% random';
export const WORKSPACE = 'acme';

/** Starts oidc-provider, a certified OpenID Connect server. It stops after the test file. */
export async function identityProvider(): Promise<TestIdentityProvider> {
  const worker = new Worker(new URL('./identityProviderWorker.ts', import.meta.url));
  afterAll(() => worker.terminate());
  const waiting = new Map<number, PromiseWithResolvers<number>>();
  worker.on('message', ({ id, port, error }: Reply) => {
    if (error === null) waiting.get(id)?.resolve(port);
    else waiting.get(id)?.reject(error);
    waiting.delete(id);
  });
  worker.on('error', (error) => {
    for (const { reject } of waiting.values()) reject(error);
  });
  let last = 0;
  const send = (command: Command): Promise<number> => {
    const reply = Promise.withResolvers<number>();
    waiting.set(++last, reply);
    worker.postMessage({ id: last, command });
    return reply.promise;
  };
  const issuer = `http://localhost:${await send({ do: 'listen' })}`;
  return {
    issuer,
    options: (change) => ({
      issuer,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      requestedScopes: 'openid profile email',
      workspace: { fixed: WORKSPACE },
      actorClaim: 'sub',
      groupsClaim: 'groups',
      groupScopes: { reviewers: ['review:decide'], readers: ['review:read'] },
      ...change,
    }),
    async register(redirectUris, change) {
      const client: ClientOptions = {
        isThin: false,
        authMethod: 'client_secret_basic',
        idTokenSeconds: 3_600,
        ...change,
      };
      await send({ do: 'setClient', redirectUris, ...client });
    },
    account: async (login, claims) => void (await send({ do: 'setAccount', login, claims })),
    setClock: async (aheadMs) => void (await send({ do: 'setClock', aheadMs })),
    stop: async () => void (await send({ do: 'stop' })),
    start: async () => void (await send({ do: 'listen' })),
  };
}

/** Fills in the forms of the identity provider, until it sends the browser back. */
export async function logIn(page: Page, login: string): Promise<void> {
  const consent = await logInUntilConsent(page, login);
  if (consent) await page.getByRole('button', { name: 'Continue' }).click();
}

/**
 * Logs in, up to the question whether the service may know who it is.
 * @returns whether there is that question: it is asked once
 */
async function logInUntilConsent(page: Page, login: string): Promise<boolean> {
  await page.locator('input[name=login]').fill(login);
  const { origin } = new URL(page.url());
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  return Promise.race([
    page
      .getByRole('button', { name: 'Continue' })
      .waitFor()
      .then(() => true),
    page.waitForURL((url) => url.origin !== origin).then(() => false),
  ]);
}

/**
 * Logs in without going back.
 * @returns the address of the callback that the browser would have been sent to
 */
export async function logInUntilCallback(page: Page, login: string): Promise<string> {
  await logInUntilConsent(page, login);
  const address = await page.locator('form').evaluate((form: HTMLFormElement) => form.action);
  const { request } = page.context();
  const once = { maxRedirects: 0 };
  const agreed = await request.post(address, { ...once, form: { prompt: 'consent' } });
  const resumed = await request.get(agreed.headers()['location'] ?? '', once);
  return resumed.headers()['location'] ?? '';
}
