import { randomUUID } from 'node:crypto';
import type { JsonText } from '@holdpoint/client/json';
import type { Queries } from '../database/connections.ts';
import type { Viewer } from '../identity/viewer.ts';
import { ballotTeams, votersOf, votesOf } from '../people/ballot.ts';
import { type People, readPeople } from '../people/readPeople.ts';
import { eligibilityOf, groupsOf, relevantGroups, tally } from '../people/tally.ts';
import { hasVotedTooOften, MAX_VOTES, namesOf, type Vote } from '../people/vote.ts';
import { payloadDigest, subjectDigest } from './digests.ts';
import { NotEligibleError, ReviewConflictError } from './errors.ts';
import type { DecisionName } from './fields.ts';
import type { Review } from './review.ts';

/** The result of counting the votes on a review, together with a new one. */
type CountedBallot = {
  /** The row that was counted. */
  rowVersion: string;
  /** Null: the viewer has voted before, so nothing changes. */
  newVotes: Vote[] | null;
  suffices: boolean;
  /** The askId after an edit. */
  newAskId: string | null;
};

/** What was counted, and what it depends on besides the reviews. */
export type Counted = {
  ballots: (CountedBallot | undefined)[];
  peopleVersion: string | null;
  until: Date | null;
};

type Decision = {
  nodeExecId: string;
  decision: DecisionName;
  payload?: JsonText | undefined;
  message: string | null;
  onBehalfOf?: string | null | undefined;
};

type Answer = Review & {
  verdict: string;
  needsTally: boolean;
  askedId: string;
  isEdit: boolean;
  digest: string | null;
  rowVersion: string;
};

/**
 * Counts the viewer's votes on those reviews that need it, after reading in one query what there is
 * to know about people.
 * @throws NotEligibleError with all reviews that the viewer may not decide; ReviewConflictError
 */
export async function countVotes(
  database: Queries,
  viewer: Viewer,
  decisions: readonly Decision[],
  answers: readonly Answer[],
): Promise<Counted> {
  const asked = answers.filter(isCounted);
  const principals = decisions.flatMap(({ onBehalfOf }) => onBehalfOf ?? []);
  const actors = [...new Set([...votersOf(asked), viewer.actor, ...principals])];
  const people = await readPeople(database, viewer, actors, ballotTeams(asked));

  const refused: { nodeExecId: string; why: string }[] = [];
  let until: Date | null = null;
  const ballots = answers.map((answer, at) => {
    const decision = decisions[at] as Decision;
    if (!isCounted(answer)) return undefined;
    const counted = countOne(viewer, people, decision, answer);
    if (typeof counted === 'string') {
      refused.push({ nodeExecId: answer.nodeExecId, why: counted });
      return undefined;
    }
    if (counted.until !== null && (until === null || counted.until < until)) until = counted.until;
    return counted.ballot;
  });
  const [first] = refused;
  if (first) {
    const ids = refused.map(({ nodeExecId }) => nodeExecId);
    const isSame = refused.every(({ why }) => why === first.why);
    throw new NotEligibleError(viewer.actor, ids, isSame ? first.why : undefined);
  }
  return { ballots, peopleVersion: people.version, until };
}

/** All reviews are counted again with one, because one version of the people covers all of them. */
const isCounted = ({ needsTally, verdict }: Answer): boolean =>
  needsTally && ['UNEVALUATED', 'UNTALLIED', 'HAS_VOTED', 'VOTES', 'DECIDES'].includes(verdict);

/** @returns why the viewer may not decide the review so, or the result of counting */
function countOne(
  viewer: Viewer,
  people: People,
  { decision, payload, message, onBehalfOf = null }: Decision,
  review: Answer,
): { ballot: CountedBallot; until: Date | null } | string {
  const who = { actor: viewer.actor, onBehalfOf };
  const delegatedUntil = onBehalfOf === null ? null : people.delegations.get(onBehalfOf);
  const inPlace = onBehalfOf === null ? '' : ` on behalf of ${onBehalfOf}`;
  const mayNot = `${viewer.actor}${inPlace} may not approve these reviews`;
  if (delegatedUntil === undefined) return mayNot;
  if (namesOf(who).some((name) => people.barred.has(name))) return mayNot;

  const { rowVersion } = review;
  const newAskId = review.isEdit && payload ? randomUUID() : null;
  const subject = subjectDigest({
    ...review,
    ...(newAskId !== null && { askId: newAskId }),
    payloadDigest:
      newAskId !== null && payload ? payloadDigest(payload) : (review.digest as string),
  });
  const vote: Vote = {
    actor: viewer.actor,
    ...(onBehalfOf !== null && { onBehalfOf }),
    decision,
    subjectDigest: subject,
    message,
    at: people.now.toISOString(),
    groups: relevantGroups(people, viewer.groups),
    endedBy: null,
  };
  const before = votesOf(review);
  const needsEligibility = decision === 'APPROVE' || decision === 'ANSWER';
  if (review.approvalsRequired === null || !needsEligibility) {
    const ballot = { rowVersion, newVotes: [...before, vote], suffices: true, newAskId };
    return { ballot, until: delegatedUntil };
  }

  const own = groupsOf(vote, people.now);
  if (eligibilityOf(review, people, who, own).requirements.length === 0) return mayNot;
  if (decision === 'ANSWER') {
    const ballot = { rowVersion, newVotes: [...before, vote], suffices: true, newAskId };
    return { ballot, until: delegatedUntil };
  }
  const names = namesOf(who);
  // Votes on an earlier subject have ended, so their names can be used again.
  const earlier = tally(review, people, before, subject).votes;
  const used = earlier.filter(
    ({ endedBy, ...other }) =>
      endedBy === null && namesOf(other).some((name) => names.includes(name)),
  );
  if (used.length > 0) {
    const isSame = used.some(
      (other) => other.actor === who.actor && (other.onBehalfOf ?? null) === onBehalfOf,
    );
    const ballot = { rowVersion, newVotes: null, suffices: false, newAskId: null };
    if (isSame) return { ballot, until: delegatedUntil };
    const voters = namesOf(who).join(' or ');
    return `${voters} has already voted on these reviews, in person or through a delegate`;
  }
  if (hasVotedTooOften(before, viewer.actor)) {
    const text = `${viewer.actor} has voted ${MAX_VOTES} times on review ${review.nodeExecId}, which is the limit. Others can still approve it`;
    throw new ReviewConflictError(text, [review]);
  }
  const { votes, isMet, until } = tally(review, people, [...before, vote], subject);
  const limits = [until, delegatedUntil].filter((limit) => limit !== null);
  const earliest = limits.length > 0 ? new Date(Math.min(...limits.map(Number))) : null;
  return { ballot: { rowVersion, newVotes: votes, suffices: isMet, newAskId }, until: earliest };
}
