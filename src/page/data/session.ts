import { basePath } from './basePath.ts';

/** Other Holdpoints may be below other paths of the same origin. */
const STORED_AS = `holdpoint.token${basePath.slice(0, -1)}`;

export type SessionState =
  | { status: 'signed out' }
  | { status: 'signed in'; token: string }
  /** The token was refused: it expired, was revoked or is invalid. */
  | { status: 'ended'; reason: string };

/**
 * The reviewer's token. It comes in the fragment of a link, which browsers never send to a server,
 * and is removed from the address and the history at once. It is kept in localStorage, which other
 * origins cannot read, so that reloads and other tabs are signed in.
 */
export class Session {
  readonly #listeners = new Set<() => void>();
  #state: SessionState;

  constructor() {
    const token = takeTokenFromAddress() ?? stored();
    this.#state = token === null ? { status: 'signed out' } : { status: 'signed in', token };
    if (token !== null) store(token);
    addEventListener('hashchange', () => {
      const token = takeTokenFromAddress();
      if (token !== null) this.signIn(token);
    });
    addEventListener('storage', ({ key, newValue }) => {
      if (key !== STORED_AS) return;
      if (newValue === null) this.#become({ status: 'signed out' });
      else this.#become({ status: 'signed in', token: newValue });
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get token(): string | null {
    return this.#state.status === 'signed in' ? this.#state.token : null;
  }

  signIn(token: string): void {
    store(token);
    this.#become({ status: 'signed in', token });
  }

  signOut(): void {
    store(null);
    this.#become({ status: 'signed out' });
  }

  /** Ends the session if `token`, which the service refused, is still the current one. */
  end(token: string, reason: string): void {
    if (this.token !== token) return;
    if (stored() === token) store(null);
    this.#become({ status: 'ended', reason });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')?.trim();
  if (!token) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

/** Some browsers store nothing in private windows: there the token lasts as long as the page. */
function stored(): string | null {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}

function store(token: string | null): void {
  try {
    if (token === null) localStorage.removeItem(STORED_AS);
    else localStorage.setItem(STORED_AS, token);
  } catch {}
}
