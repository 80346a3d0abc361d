import { basePath } from './basePath.ts';
import { canSignIn, endSession } from './signInUrl.ts';

/** Other Holdpoints may be below other paths of the same origin. */
const STORED_AS = `holdpoint.token${basePath.slice(0, -1)}`;

export type SessionState =
  /** It is not known yet whether the cookie of this browser belongs to a session. */
  | { status: 'checking' }
  | {
      status: 'signed out';
      /** Where to sign out at the identity provider too. */
      identityProviderUrl?: string | null;
    }
  /** With a token, or with the session of the cookie. */
  | { status: 'signed in'; authorization: string; token: string | null }
  /** The token or session was refused: it expired, was revoked or is invalid. */
  | { status: 'ended'; reason: string }
  /** Another tab signed in to another account. Only reloading the page helps. */
  | { status: 'replaced' };

/** Who a token or session belongs to. */
export type Account = {
  readonly userId: string;
  readonly actor: string;
  readonly displayName?: string | null;
};

export const isSameAccount = (one: Account, other: Account): boolean =>
  one.userId === other.userId && one.actor === other.actor;

/**
 * What the tabs of a browser tell each other: the session of the cookie, or that it was ended, or
 * that somebody signed out of a token.
 */
type Message = { readonly signedIn: string | null } | { readonly signedOutOf: string };

/** A token that a link or another tab brought, while this tab belongs to an account. */
export type Offer = { readonly token: string; readonly from: 'link' | 'tab' };

/**
 * How the reviewer is signed in: with a token, or with the session of the cookie, which scripts
 * cannot read. A token comes first. With a cookie, requests name the session that this tab belongs
 * to, because another tab may sign in to another account at any time.
 *
 * A token comes in the fragment of a link, which browsers never send to a server,
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
  #isSigningOut = false;
  readonly #tabs = new BroadcastChannel(`holdpoint.session${basePath}`);

  constructor() {
    const kept = stored();
    if (kept !== null) this.#state = withToken(kept);
    else this.#state = canSignIn ? { status: 'checking' } : { status: 'signed out' };
    this.#takeLink();
    this.#tabs.onmessage = ({ data }) => this.#hear(data);
    addEventListener('hashchange', () => this.#takeLink());
    addEventListener('storage', ({ key, newValue }) => {
      if (this.#state.status === 'replaced') return;
      if (key === null)
        this.#become({ status: 'signed out' }); // everything was cleared
      // A token that was removed has ended. This tab finds that out by itself, and loses nothing.
      else if (key === STORED_AS && newValue !== null) {
        this.#receive({ token: newValue, from: 'tab' });
      }
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Whose page this tab last showed, until it signs out. Null until that is known. */
  get account(): Account | null {
    return this.#account;
  }

  get offer(): Offer | null {
    return this.#offer;
  }

  /** The Authorization header of this tab's requests; null if nobody is signed in. */
  get authorization(): string | null {
    return this.#state.status === 'signed in' ? this.#state.authorization : null;
  }

  get token(): string | null {
    return this.#state.status === 'signed in' ? this.#state.token : null;
  }

  signIn(token: string): void {
    this.#become(withToken(token));
  }

  /** The service has accepted a token or session. Only then is a token kept for other tabs. */
  accept(authorization: string, account: Account): void {
    this.#account = account;
    if (this.token !== null && this.authorization === authorization) store(this.token);
    this.#notify();
  }

  /** The cookie belongs to this session. */
  found(viewer: Account & { sessionId?: string | null | undefined }): void {
    if (this.#state.status !== 'checking' || !viewer.sessionId) return;
    if (this.#account && !isSameAccount(this.#account, viewer)) {
      this.replace();
      return;
    }
    const offer = this.#offer;
    this.#account = viewer;
    this.#become({
      status: 'signed in',
      authorization: `Session ${viewer.sessionId}`,
      token: null,
    });
    this.#tell({ signedIn: viewer.sessionId });
    if (offer) this.#receive(offer);
  }

  /** The cookie belongs to no session, or there is none. */
  notFound(reason: string): void {
    if (this.#state.status !== 'checking') return;
    const offer = this.#offer;
    this.#become(this.#account ? { status: 'ended', reason } : { status: 'signed out' });
    if (offer) this.#receive(offer);
  }

  /** @throws Error if the session of the cookie could not be ended */
  async signOut(): Promise<void> {
    const ending = canSignIn ? endSession() : Promise.resolve(null);
    this.#isSigningOut = true; // what the service refuses meanwhile is no reason to sign in again
    try {
      if (this.authorization !== null && this.token === null) await ending;
    } finally {
      this.#isSigningOut = false;
    }
    const { token } = this;
    store(null);
    this.#account = null;
    this.#become({ status: 'signed out' });
    if (token !== null) this.#tabs.postMessage({ signedOutOf: token } satisfies Message);
    this.#tell({ signedIn: null });
    const identityProviderUrl = await ending.catch(() => null);
    const { status } = this.#state as SessionState;
    if (status === 'signed out') this.#become({ status, identityProviderUrl });
  }

  /** Stops this tab, because the other tabs now belong to another account. */
  replace(): void {
    this.#become({ status: 'replaced' });
  }

  declineOffer(): void {
    this.#offer = null;
    this.#notify();
  }

  /** Ends the token or session that the service refused, if it is still the current one. */
  end(authorization: string, reason: string): void {
    if (this.authorization !== authorization || this.#isSigningOut) return;
    const { token } = this;
    const offer = this.#offer;
    // The cookie may belong to a new session already, which another tab began.
    if (token === null) this.#become({ status: 'checking' });
    else {
      if (stored() === token) store(null);
      this.#become({ status: 'ended', reason });
    }
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

  #hear(message: Message): void {
    const { status } = this.#state;
    if (status === 'replaced') return;
    if ('signedOutOf' in message) {
      const isSame = this.token === message.signedOutOf || status === 'ended';
      if (isSame) this.#become({ status: 'signed out' });
      return;
    }
    const { signedIn } = message;
    if (this.token !== null) return;
    if (signedIn === null) this.#become({ status: 'signed out' });
    else if (this.authorization !== `Session ${signedIn}`) this.#become({ status: 'checking' });
  }

  #tell(message: Message): void {
    if (canSignIn) this.#tabs.postMessage(message);
  }

  /** Without an account to replace, the token is used at once. */
  #receive(offer: Offer): void {
    const { status } = this.#state;
    if (offer.token === this.token || status === 'replaced') return;
    const isFree = status === 'signed out' || status === 'ended';
    if (isFree && this.#account === null) this.signIn(offer.token);
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

const withToken = (token: string): SessionState => ({
  status: 'signed in',
  authorization: `Bearer ${token}`,
  token,
});

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
