import type { IncomingMessage } from 'node:http';

/** The cookies of a request. Of two with the same name, the first: browsers send the closest first. */
export function cookiesOf({ headers }: IncomingMessage): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0)).trim();
    if (name !== '' && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}

/**
 * Names and writes the cookies of a service at this address. Over https they have the prefix with
 * which browsers take them from this host only, and never over http. Services below different paths
 * of a host have cookies of their own.
 */
export class Cookies {
  readonly #isSecure: boolean;
  readonly #suffix: string;

  constructor(base: URL) {
    this.#isSecure = base.protocol === 'https:';
    this.#suffix = base.pathname.replace(/\/$/, '').replaceAll('/', '.');
  }

  nameOf(purpose: 'session' | 'sign-in'): string {
    return `${this.#isSecure ? '__Host-' : ''}holdpoint-${purpose}${this.#suffix}`;
  }

  /** The value of a Set-Cookie header. */
  set(name: string, value: string, maxAgeSeconds: number): string {
    const secure = this.#isSecure ? '; Secure' : '';
    return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
  }

  remove(name: string): string {
    return this.set(name, '', 0);
  }
}
