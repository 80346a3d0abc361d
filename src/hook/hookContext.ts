import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, type Holdpoint, RefusedError } from '@holdpoint/client';
import { configFolder, managedFolders } from './claudeSettings.ts';
import type { Places } from './protectedPlaces.ts';

/** How long requests are retried while the service is unreachable. Then the call is denied. */
const PATIENCE_MS = 5_000;
/** All that an agent needs. With more, it could decide about its own calls under another name. */
const permittedScopes = ['review:request', 'review:read'];

const here = dirname(fileURLToPath(import.meta.url));

/** The folder of this package: in a clone, or where npm installed it. */
export const packageFolder = resolve(
  here,
  here.split(sep).at(-3) === 'dist' ? '../../..' : '../..',
);

export type HookContext = {
  holdpoint: Holdpoint;
  places: Places;
  /** How long to wait for a decision. */
  waitMs: number;
  /** Aborts when the hook has to end. */
  signal: AbortSignal;
};

export type HookSetup = {
  url: string;
  token: string;
  /** The file that the token was read from; absent: the environment. */
  tokenFile?: string | undefined;
};

/** Where the hook keeps what it has to remember, and what must be protected with it. */
export const stateFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'holdpoint');

/** @throws HoldpointError if the token cannot be used, or could be used for more than asking */
export async function openHook(setup: HookSetup, signal: AbortSignal): Promise<Holdpoint> {
  const holdpoint = createClient({
    url: setup.url,
    token: setup.token,
    patienceMs: PATIENCE_MS,
    onRetry: () => {},
  });
  const { actor, scopes } = await holdpoint.viewer({ signal });
  const excess = scopes.filter((scope) => !permittedScopes.includes(scope));
  if (excess.length === 0) return holdpoint;
  throw new RefusedError(
    `The token of ${actor} also has the scopes ${excess.join(', ')}. An agent must not be able to decide: create a token that has only review:request`,
    'FORBIDDEN',
  );
}

/** What the agent must not reach without a person. */
export function placesOf({ url, tokenFile }: Omit<HookSetup, 'token'>): Places {
  const { host, hostname, port } = new URL(url);
  const isLocal = /^(?:127\.|localhost$|\[::1\]$)/.test(hostname);
  return {
    home: homedir(),
    secrets: [
      ...(tokenFile === undefined ? [] : [resolve(tokenFile)]),
      stateFolder(),
      '/var/lib/holdpoint',
    ],
    code: [codeFolder(), join(configFolder(), 'settings.json'), ...managedFolders],
    hosts: isLocal ? [host, `localhost:${port}`, `127.0.0.1:${port}`] : [host],
    isTokenInEnvironment: tokenFile === undefined,
  };
}

/** The code of this program; if it is installed, with the packages beside it. */
function codeFolder(): string {
  const modules = `${sep}node_modules${sep}`;
  const at = packageFolder.lastIndexOf(modules);
  return at < 0 ? packageFolder : packageFolder.slice(0, at + modules.length - 1);
}
