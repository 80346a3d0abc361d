import type { Viewer } from '../identity/viewer.ts';
import { ConcurrentUse } from './concurrentUse.ts';
import { type Limit, type LimitListener, TooManySubscriptionsError } from './errors.ts';
import { tokenKeyOf } from './tokenKey.ts';

/** How much may run at the same time. A group is executed once per event, for all its members. */
export type SubscriptionLimits = {
  perToken: number;
  perWorkspace: number;
  groupsPerToken: number;
  groupsPerWorkspace: number;
};

/** A limit of tokens or workspaces, and what they use of it. */
type Quota = { limit: Limit; most: number; use: ConcurrentUse; text: string };

/**
 * Limits the subscriptions of each token and each workspace in this process, and how many groups
 * they form.
 */
export class SubscriptionLimiter {
  readonly #quotas;
  readonly #onLimit: LimitListener | undefined;

  constructor(limits: SubscriptionLimits, onLimit?: LimitListener) {
    const quota = (limit: Limit, most: number, text: string): Quota => {
      return { limit, most, use: new ConcurrentUse(most), text };
    };
    this.#quotas = {
      subscriptions: {
        token: quota('subscriptions_per_token', limits.perToken, 'subscriptions'),
        workspace: quota('subscriptions_per_workspace', limits.perWorkspace, 'subscriptions'),
      },
      groups: {
        token: quota(
          'subscription_groups_per_token',
          limits.groupsPerToken,
          'different subscriptions',
        ),
        workspace: quota(
          'subscription_groups_per_workspace',
          limits.groupsPerWorkspace,
          'different subscriptions',
        ),
      },
    };
    this.#onLimit = onLimit;
  }

  /**
   * Counts a subscription, or a group that its first subscription opens.
   * @returns a function to call when it ends
   * @throws TooManySubscriptionsError
   */
  begin(what: 'subscriptions' | 'groups', viewer: Viewer): () => void {
    const { token, workspace } = this.#quotas[what];
    const endOfToken = this.#begin(token, 'token', tokenKeyOf(viewer));
    try {
      const endOfWorkspace = this.#begin(workspace, 'workspace', viewer.userId);
      return () => {
        endOfToken();
        endOfWorkspace();
      };
    } catch (error) {
      endOfToken();
      throw error;
    }
  }

  #begin({ limit, most, use, text }: Quota, who: string, key: string): () => void {
    const end = use.begin(key);
    if (end) return end;
    this.#onLimit?.(limit);
    throw new TooManySubscriptionsError(`This ${who} already has ${most} ${text}, the maximum`);
  }
}
