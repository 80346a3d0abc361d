import { Worker } from 'node:worker_threads';
import type { Page } from 'playwright-core';
import { afterAll } from 'vitest';
import type { SignInOptions } from '../../src/identity/identityProvider.ts';
import type { Account, Command } from './identityProviderWorker.ts';

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
  const send = (command: Command): Promise<number> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (port: number) => {
        worker.off('error', reject);
        resolve(port);
      });
      worker.postMessage(command);
    });
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
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}
