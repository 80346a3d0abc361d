import type { ConnectOptions } from '../connect.ts';
import { createClient, type Holdpoint } from '../createClient.ts';
import type { ReviewFragment } from '../generated/graphql.ts';
import { ReviewConflictError } from '../problems.ts';
import type { Decision, Step } from './step.ts';

const PAGE = 100;

export type ScriptedReviewerOptions = ConnectOptions & {
  /** The token of the second reviewer in a race. Defaults to the same token. */
  rivalToken?: ConnectOptions['token'];
  /** The tokens of other people by name, for steps with `as`. */
  people?: Readonly<Record<string, ConnectOptions['token']>>;
  /** Each review gets the first remaining step that applies to it. */
  script: readonly Step[];
};

/** A review and the step that was applied to it. */
export type Reviewed = {
  readonly review: ReviewFragment;
  /** Name of the step; null if no step applied and the review still waits. */
  readonly step: string | null;
};

/**
 * A reviewer for tests of agents. It decides every review of the workspace by script, including
 * those that already wait, against a real service. Its token needs `review:decide`. What a rule of
 * the policy allows or denies never waits, so it needs no step.
 *
 * `await using reviewer = await scriptedReviewer({ url, token, script: [approve(), reject()] })`
 */
export async function scriptedReviewer(
  options: ScriptedReviewerOptions,
): Promise<ScriptedReviewer> {
  const { url, token, rivalToken = token, people = {}, script } = options;
  const deciders = [
    createClient({ url, token }),
    createClient({ url, token: rivalToken }),
  ] as const;
  const others = new Map(
    Object.entries(people).map(([name, token]) => [name, createClient({ url, token })]),
  );
  const reviewer = new ScriptedReviewer(deciders, script, others);
  await reviewer.start();
  return reviewer;
}

export class ScriptedReviewer {
  /** Every review so far, in order. */
  readonly seen: Reviewed[] = [];
  readonly #deciders: readonly [Holdpoint, Holdpoint];
  readonly #people: ReadonlyMap<string, Holdpoint>;
  readonly #left: { step: Step; times: number }[];
  readonly #failures: unknown[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();

  constructor(
    deciders: readonly [Holdpoint, Holdpoint],
    script: readonly Step[],
    people: ReadonlyMap<string, Holdpoint> = new Map(),
  ) {
    this.#deciders = deciders;
    this.#people = people;
    this.#left = script.map((step) => ({ step, times: step.times ?? 1 }));
  }

  /** @throws UnreachableError, RefusedError */
  async start(): Promise<void> {
    const [client] = this.#deciders;
    const waiting = await this.#waiting();
    // An event may be about a review that was already read after it.
    const known = new Set<string>();
    const take = (review: ReviewFragment) => {
      if (known.has(review.subjectDigest)) return;
      known.add(review.subjectDigest);
      this.#take(review);
    };
    for (const review of waiting.reviews) take(review);
    const { signal } = this.#stop;
    this.#following = (async () => {
      for await (const event of client.reviewEvents({ after: waiting.after, signal })) {
        if (event.kind !== 'REQUESTED' && event.kind !== 'REVISED') continue;
        const [review] = await client.reviews([event.nodeExecId], { signal });
        if (review?.status === 'WAITING') take(review);
      }
    })().catch((error: unknown) => {
      if (!signal.aborted) this.#failures.push(error);
    });
  }

  /**
   * Stops, and checks that everything followed the script.
   * @throws Error if a step with a fixed count is left, no step applied to a review, or a decision
   * failed
   */
  async finish(): Promise<void> {
    await this.#end();
    const left = this.#left.filter(({ times }) => times > 0 && Number.isFinite(times));
    const unscripted = this.seen.filter(({ step }) => step === null);
    const complaints = [
      ...left.map(({ step, times }) => `${step.name} was not used, ${times} left`),
      ...unscripted.map(
        ({ review }) => `no script step for review ${review.nodeExecId} of step ${review.nodeId}`,
      ),
      ...this.#failures.map(String),
    ];
    if (complaints.length === 0) return;
    throw new AggregateError(
      this.#failures,
      `The script was not followed: ${complaints.join('; ')}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#following;
    await Promise.all(this.#underWay);
  }

  async #waiting(): Promise<{ reviews: ReviewFragment[]; after: string }> {
    const reviews: ReviewFragment[] = [];
    let after: string | undefined;
    let at: string | null = null;
    do {
      const page: Awaited<ReturnType<Holdpoint['pendingReviews']>> =
        await this.#deciders[0].pendingReviews({ first: PAGE, after: at });
      after ??= page.feedCursor;
      reviews.push(...page.edges.map(({ node }) => node));
      at = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (at !== null);
    return { reviews: reviews.reverse(), after };
  }

  #take(review: ReviewFragment): void {
    const chosen = this.#left.find(({ step, times }) => times > 0 && (step.when?.(review) ?? true));
    this.seen.push({ review, step: chosen?.step.name ?? null });
    if (!chosen) return;
    chosen.times--;
    const work = this.#decide(review, chosen.step)
      .catch((error: unknown) => {
        this.#failures.push(error);
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #decide(review: ReviewFragment, step: Step): Promise<void> {
    const decisions = step.decide(review);
    const { nodeExecId } = review;
    let { subjectDigest } = review;
    const send = async ({ as, ...decision }: Decision, at: number) => {
      const person = as === undefined ? this.#deciders[at % 2] : this.#people.get(as);
      if (!person) throw new Error(`no token of ${as} is in people`);
      const answer = await person.decideReviews({
        decisions: [{ ...decision, nodeExecId, subjectDigest }],
      });
      return answer.reviews[0];
    };
    if (step.isInTurn) {
      for (const decision of decisions) {
        // An edit makes it another subject.
        subjectDigest = (await send(decision, 0))?.subjectDigest ?? subjectDigest;
      }
      return;
    }
    const results = await Promise.allSettled(decisions.map(send));
    const failed = results.flatMap((result) => (result.status === 'rejected' ? result.reason : []));
    // The loser of a race is told so.
    const isLoss = decisions.length > 1 && failed.length < decisions.length;
    for (const error of failed) {
      if (!(isLoss && error instanceof ReviewConflictError)) throw error;
    }
  }
}
