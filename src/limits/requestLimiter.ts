import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Viewer } from '../identity/viewer.ts';
import { type Limit, type LimitListener, TooManyRequestsError } from './errors.ts';
import { tokenKeyOf } from './tokenKey.ts';

/** Requests are counted over this time, so that short bursts are fine. */
const WINDOW_SECONDS = 10;

/** Requests per second, on average over ten seconds. */
export type RequestLimits = { perToken: number; perWorkspace: number };

/**
 * Limits how many requests each token and each workspace sends to this process, on all transports.
 * Keys are those of valid tokens, and are forgotten after ten seconds.
 */
export class RequestLimiter {
  readonly #limits: RequestLimits;
  readonly #tokens: RateLimiterMemory;
  readonly #workspaces: RateLimiterMemory;
  readonly #onLimit: LimitListener | undefined;

  constructor(limits: RequestLimits, onLimit?: LimitListener) {
    this.#limits = limits;
    this.#tokens = limiterOf(limits.perToken);
    this.#workspaces = limiterOf(limits.perWorkspace);
    this.#onLimit = onLimit;
  }

  /**
   * Counts a request. Requests over the limit of a token do not count for its workspace.
   * @throws TooManyRequestsError
   */
  async admit(viewer: Viewer): Promise<void> {
    try {
      await this.#tokens.consume(tokenKeyOf(viewer));
    } catch (state) {
      throw this.#refusal('requests_per_token', this.#limits.perToken, state as RateLimiterRes);
    }
    try {
      await this.#workspaces.consume(viewer.userId);
    } catch (state) {
      const { perWorkspace } = this.#limits;
      throw this.#refusal('requests_per_workspace', perWorkspace, state as RateLimiterRes);
    }
  }

  #refusal(limit: Limit, perSecond: number, { msBeforeNext }: RateLimiterRes): Error {
    this.#onLimit?.(limit);
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
    const who = limit === 'requests_per_token' ? 'token' : 'workspace';
    return new TooManyRequestsError(
      `This ${who} sends more than ${perSecond} requests per second. Try again in ${seconds} s`,
      seconds,
    );
  }
}

const limiterOf = (perSecond: number) =>
  new RateLimiterMemory({
    points: Math.min(perSecond * WINDOW_SECONDS, Number.MAX_SAFE_INTEGER),
    duration: WINDOW_SECONDS,
  });
