import type { Logger } from 'pino';
import type { Prisma } from '../database/database.ts';
import { disabledText, sessionEnded } from '../identity/authenticator.ts';
import type { DisabledMembers } from '../identity/disabledMembers.ts';
import { defaultSessionTimes } from '../identity/sessions.ts';
import type { Viewer } from '../identity/viewer.ts';

/** How soon an expiry is noticed, or a revocation whose notification was lost. */
const CHECK_MS = 2_000;

type Watched = { viewer: Viewer; end: (reason: string) => void };

/**
 * Ends sockets and event streams when their token or session ends, or its actor is disabled.
 */
export class TokenWatch {
  readonly #prisma: Prisma;
  readonly #log: Logger;
  readonly #idleMs: number;
  readonly #watched = new Set<Watched>();
  readonly #check: NodeJS.Timeout;

  /** @param idleMs how long a session may be idle */
  constructor(prisma: Prisma, log: Logger, { idleMs } = defaultSessionTimes) {
    this.#prisma = prisma;
    this.#idleMs = idleMs;
    this.#log = log;
    this.#check = setInterval(() => this.#endDue(), CHECK_MS);
  }

  /** The number of watched sockets and streams. */
  get count(): number {
    return this.#watched.size;
  }

  /**
   * @param end called once, when the token ends
   * @returns a function that stops watching
   */
  watch(viewer: Viewer, end: (reason: string) => void): () => void {
    const watched = {
      viewer,
      end: (reason: string) => {
        this.#watched.delete(watched);
        end(reason);
      },
    };
    this.#watched.add(watched);
    return () => this.#watched.delete(watched);
  }

  /** Ends everything that uses this API token. */
  endToken(tokenId: string): void {
    for (const { viewer, end } of this.#watched) {
      if (viewer.tokenId === tokenId) end('The token was revoked');
    }
  }

  /** Ends everything that uses this session. */
  endSession(sessionId: string): void {
    for (const { viewer, end } of this.#watched) {
      if (viewer.sessionId === sessionId) end(sessionEnded);
    }
  }

  /** Ends everything of members that are disabled. */
  endMembers(areDisabled: Pick<DisabledMembers, 'has'>): void {
    for (const { viewer, end } of this.#watched) {
      if (areDisabled.has(viewer)) end(disabledText(viewer));
    }
  }

  close(): void {
    clearInterval(this.#check);
  }

  async #endDue(): Promise<void> {
    const now = new Date();
    for (const { viewer, end } of this.#watched) {
      if (!viewer.expiresAt || viewer.expiresAt > now) continue;
      end(viewer.sessionId ? sessionEnded : 'The token has expired');
    }
    try {
      await this.#endTokens(now);
      await this.#endSessions(now);
    } catch (error) {
      this.#log.debug({ err: error }, 'could not check tokens');
    }
  }

  async #endTokens(now: Date): Promise<void> {
    const ids = this.#ids('tokenId');
    if (ids.size === 0) return;
    const valid = await this.#prisma.apiToken.findMany({
      where: {
        id: { in: [...ids] },
        revokedAt: null,
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
      select: { id: true },
    });
    for (const { id } of valid) ids.delete(id);
    for (const id of ids) this.endToken(id);
  }

  async #endSessions(now: Date): Promise<void> {
    const ids = this.#ids('sessionId');
    if (ids.size === 0) return;
    const valid = await this.#prisma.session.findMany({
      where: {
        id: { in: [...ids] },
        revokedAt: null,
        expiresAt: { gt: now },
        lastSeenAt: { gt: new Date(now.getTime() - this.#idleMs) },
      },
      select: { id: true },
    });
    for (const { id } of valid) ids.delete(id);
    for (const id of ids) this.endSession(id);
  }

  #ids(kind: 'tokenId' | 'sessionId'): Set<string> {
    return new Set([...this.#watched].flatMap(({ viewer }) => viewer[kind] ?? []));
  }
}
