import type { Logger } from 'pino';
import type { Prisma } from '../database/database.ts';
import { disabledText } from '../identity/authenticator.ts';
import type { DisabledMembers } from '../identity/disabledMembers.ts';
import type { Viewer } from '../identity/viewer.ts';

/** How soon an expiry is noticed, or a revocation whose notification was lost. */
const CHECK_MS = 2_000;

type Watched = { viewer: Viewer; end: (reason: string) => void };

/**
 * Ends sockets and event streams when their token expires or is revoked, or its actor is disabled.
 */
export class TokenWatch {
  readonly #prisma: Prisma;
  readonly #log: Logger;
  readonly #watched = new Set<Watched>();
  readonly #check: NodeJS.Timeout;

  constructor(prisma: Prisma, log: Logger) {
    this.#prisma = prisma;
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
      if (viewer.expiresAt && viewer.expiresAt <= now) end('The token has expired');
    }
    const ids = new Set([...this.#watched].flatMap(({ viewer }) => viewer.tokenId ?? []));
    if (ids.size === 0) return;
    try {
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
    } catch (error) {
      this.#log.debug({ err: error }, 'could not check tokens');
    }
  }
}
