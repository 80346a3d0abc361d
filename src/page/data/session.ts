import { basePath } from './basePath.ts';

/** Other Holdpoints may be below other paths of the same origin. */
const STORED_AS = `holdpoint.token${basePath.slice(0, -1)}`;

export type SessionState =
  | { status: 'signed out' }
  | { status: 'signed in'; token: string }
  /** The token was refused: it expired, was revoked or is invalid. */
  | { status: 'ended'; reason: string }
  /** Another tab signed in to another account. Only reloading the page helps. */
  | { status: 'replaced' };

/** Who a token belongs to. */
export type Account = { readonly userId: string; readonly actor: string };

/** A token that a link or another tab brought, while this tab belongs to an account. */
export type Offer = { readonly token: string; readonly from: 'link' | 'tab' };

/**
 * The reviewer's token. It comes in the fragment of a link, which browsers never send to a server,
 * and is removed from the address and the history at once. It is kept in localStorage, which other
 * origins cannot read, so that reloads and other tabs are signed in.
 *
 * Anybody can send a link, so a link never replaces the account of this tab by itself: its token is
 * only an offer, and so is one that another tab stores. useOffer decides what becomes of it.
 */
export class Session {
  readonly #listeners = new Set<() => void>();
  #state: SessionState;
  #account: Account | null = null;
  #offer: Offer | null = null;

  constructor() {
    const kept = stored();
    this.#state = kept === null ? { status: 'signed out' } : { status: 'signed in', token: kept };
    this.#takeLink();
    addEventListener('hashchange', () => this.#takeLink());
    addEventListener('storage', ({ key, newValue }) => {
      if (key !== STORED_AS || this.#state.status === 'replaced') return;
      if (newValue !== null) this.#receive({ token: newValue, from: 'tab' });
      else this.#become({ status: 'signed out' });
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Whose page this tab last showed, until it signs out. Null until that is known. */
  get account(): Account | null {
    return this.#account;
  }

  set account(account: Account | null) {
    this.#account = account;
    this.#notify();
  }

  get offer(): Offer | null {
    return this.#offer;
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
    this.#account = null;
    this.#become({ status: 'signed out' });
  }

  /** Stops this tab, because the other tabs now belong to another account. */
  replace(): void {
    this.#become({ status: 'replaced' });
  }

  declineOffer(): void {
    this.#offer = null;
    this.#notify();
  }

  /** Ends the session if `token`, which the service refused, is still the current one. */
  end(token: string, reason: string): void {
    if (this.token !== token) return;
    if (stored() === token) store(null);
    const offer = this.#offer;
    this.#become({ status: 'ended', reason });
    if (offer) this.#receive(offer);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #takeLink(): void {
    const token = takeTokenFromAddress();
    if (token !== null) this.#receive({ token, from: 'link' });
  }

  /** Without an account to replace, the token is used at once. */
  #receive(offer: Offer): void {
    const { status } = this.#state;
    if (offer.token === this.token || status === 'replaced') return;
    if (status !== 'signed in' && this.#account === null) this.signIn(offer.token);
    else {
      this.#offer = offer;
      this.#notify();
    }
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#offer = null;
    this.#notify();
  }

  #notify(): void {
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
