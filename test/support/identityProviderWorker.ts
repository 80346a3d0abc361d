import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';
// @ts-expect-error: it comes without types
import Provider from 'oidc-provider';

/**
 * Runs oidc-provider, with a clock of its own. Whoever enters a login with a known account is signed
 * in with its claims; any password will do.
 */

export type Account = Record<string, unknown>;

export type Command =
  | { do: 'listen' }
  | { do: 'stop' }
  | {
      do: 'setClient';
      redirectUris: string[];
      isThin: boolean;
      authMethod: string;
      idTokenSeconds: number;
    }
  | { do: 'setAccount'; login: string; claims: Account }
  | { do: 'setClock'; aheadMs: number };

export type Reply = { id: number; port: number; error: unknown };

const clientId = 'holdpoint';
const clientSecret = 'a secret of the client, 100% random';
const claimNames = ['sub', 'groups', 'roles', 'org', 'hasgroups', '_claim_names', '_claim_sources'];
const accounts = new Map<string, Account>();
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'key' };

const realNow = Date.now;
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;

let answer: RequestListener = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => answer(request, response));
let port = 0;

async function listen(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
}

function setClient({ redirectUris, isThin, authMethod, idTokenSeconds }: SetClient): void {
  const isPublic = authMethod === 'none';
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [
      {
        client_id: clientId,
        ...(!isPublic && { client_secret: clientSecret }),
        token_endpoint_auth_method: authMethod,
        redirect_uris: redirectUris.map((url) => `${url}/auth/callback`),
        post_logout_redirect_uris: redirectUris.map((url) => `${url}/`),
      },
    ],
    clientAuthMethods: [authMethod],
    claims: {
      openid: claimNames,
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
    },
    // A thin ID token has no claims but the subject, and the rest is at the user info endpoint.
    conformIdTokenClaims: isThin,
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    findAccount: (_context: unknown, login: string) => {
      const claims = accounts.get(login);
      return claims && { accountId: login, claims: () => ({ sub: login, ...claims }) };
    },
    jwks: { keys: [jwk] },
    cookies: { keys: ['a key for the cookies of the tests'] },
    ttl: {
      IdToken: idTokenSeconds,
      AccessToken: 3_600,
      AuthorizationCode: 60,
      Grant: 3_600,
      Interaction: 3_600,
      Session: 3_600,
    },
  });
  answer = provider.callback();
}
type SetClient = Extract<Command, { do: 'setClient' }>;

async function run(command: Command): Promise<void> {
  switch (command.do) {
    case 'listen':
      return listen();
    case 'stop':
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      return;
    case 'setClient':
      return setClient(command);
    case 'setAccount':
      accounts.set(command.login, command.claims);
      return;
    case 'setClock':
      aheadMs = command.aheadMs;
  }
}

parentPort?.on('message', async ({ id, command }: { id: number; command: Command }) => {
  const error = await run(command).then(
    () => null,
    (reason: unknown) => reason,
  );
  parentPort?.postMessage({ id, port, error } satisfies Reply);
});
