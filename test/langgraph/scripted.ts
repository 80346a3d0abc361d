import type { ReviewDecisionInput, ReviewFragment } from '@holdpoint/client';
import { type Clients, clientsOf } from '../client/clients.ts';
import type { TestService } from '../support/testService.ts';

/** What the reviewer decides about a review; undefined leaves it waiting. */
export type Script = (
  review: ReviewFragment,
) => Omit<ReviewDecisionInput, 'nodeExecId'> | undefined;

export const approve = (payload?: unknown) => ({
  decision: 'APPROVE' as const,
  ...(payload !== undefined && { payload }),
});
export const reject = (message?: string) => ({
  decision: 'REJECT' as const,
  ...(message !== undefined && { message }),
});

export type Scripted = Clients & {
  /**
   * Options for runWithReviews. The script decides a batch of requests once all of them have been
   * made.
   */
  options: { client: Clients['holdpoint']; onWaiting: (nodeExecId: string) => void };
  /** The payloads requested, in order. */
  asked: ReviewFragment[];
  /** All reviews, in the order of the requests. */
  reviews(): Promise<ReviewFragment[]>;
};

/**
 * An agent whose reviews are decided by a script.
 * @param together how many requests are made before the first of them is decided
 */
export async function scripted(
  service: TestService,
  script: Script,
  together = 1,
): Promise<Scripted> {
  const clients = await clientsOf(service);
  const asked: ReviewFragment[] = [];
  const waiting: ReviewFragment[] = [];

  async function decide(nodeExecId: string): Promise<void> {
    const [review] = await clients.human.reviews([nodeExecId]);
    if (!review) throw new Error(`There is no review ${nodeExecId}`);
    asked.push(review);
    waiting.push(review);
    if (waiting.length < together) return;
    for (const one of waiting.splice(0)) {
      const decision = script(one);
      if (decision) {
        await clients.human.decideReviews({
          decisions: [{ nodeExecId: one.nodeExecId, ...decision }],
        });
      }
    }
  }

  return {
    ...clients,
    options: { client: clients.holdpoint, onWaiting: (nodeExecId) => void decide(nodeExecId) },
    asked,
    reviews: () => clients.human.reviews(asked.map(({ nodeExecId }) => nodeExecId)),
  };
}
