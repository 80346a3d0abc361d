import type { Detail } from '../data/details.ts';
import { count } from '../parts/format.ts';

type Approvals = Pick<Detail, 'approvalsRequired' | 'votes'>;
type Requirement = Detail['approvalsRequired'][number];
export type Vote = Detail['votes'][number];

const list = new Intl.ListFormat('en');
const alternatives = new Intl.ListFormat('en', { type: 'disjunction' });

/** Whose approvals a requirement asks for. */
export function nameOf({ team, actors }: Requirement): string {
  if (team) return team.name;
  if (actors !== null)
    return actors.length > 3 ? `${actors.length} people` : alternatives.format(actors);
  return 'anyone who may decide';
}

/** Everybody who is asked, e.g. `Finance and Security`. */
export const askedNames = ({ approvalsRequired }: Approvals): string =>
  list.format(new Set(approvalsRequired.map(nameOf)));

export const requiredCount = ({ approvalsRequired }: Approvals): number =>
  approvalsRequired.reduce((sum, { count: wanted }) => sum + wanted, 0);

export const givenCount = ({ approvalsRequired }: Approvals): number =>
  approvalsRequired.reduce((sum, { given }) => sum + given, 0);

/** What is still missing, e.g. `1 more approval is required (Security)`. Null if nothing is. */
export function missingText(review: Approvals): string | null {
  const open = review.approvalsRequired.filter(({ count: wanted, given }) => given < wanted);
  const missing = requiredCount(review) - givenCount(review);
  if (missing <= 0) return null;
  const who =
    open.length === 1
      ? open.map(nameOf)
      : open.map((one) => `${one.count - one.given} of ${nameOf(one)}`);
  const verb = missing === 1 ? 'is' : 'are';
  return `${missing} more ${missing === 1 ? 'approval' : 'approvals'} ${verb} required (${list.format(who)})`;
}

/** The approval of this actor that counts now, cast in person or for somebody else. */
export const ownVote = ({ votes }: Approvals, actor: string | null): Vote | undefined =>
  votes.find(
    (vote) => vote.actor === actor && vote.endedBy === null && vote.decision === 'APPROVE',
  );

export const standingCount = ({ votes }: Approvals): number =>
  votes.filter(({ endedBy, decision }) => endedBy === null && decision === 'APPROVE').length;

/** Why a vote no longer counts. */
export const endTexts: Record<NonNullable<Vote['endedBy']>, string> = {
  WITHDRAWN: 'withdrawn',
  PAYLOAD_CHANGED: 'no longer counts: the payload was edited afterwards',
  NOT_ELIGIBLE: 'no longer counts: may no longer decide this review',
};

export const progressText = (review: Approvals): string =>
  `${givenCount(review)} of ${count(requiredCount(review), 'approval')}`;
