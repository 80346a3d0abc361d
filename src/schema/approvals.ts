import { requirementsOf, votesOf } from '../people/ballot.ts';
import type { Requirement } from '../people/requirement.ts';
import { mayDecideAs, mayNotDecide, type MayNotDecide as Reason } from '../people/viewerPeople.ts';
import type { Vote as CastVote } from '../people/vote.ts';
import type { AnyReview } from '../reviews/review.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { ReviewDecision } from './enums.ts';
import { PendingReview } from './pendingReview.ts';
import { Team } from './team.ts';

type Given = { requirement: Requirement; at: number; review: AnyReview };

const ApprovalRequirement = builder.objectRef<Given>('ApprovalRequirement').implement({
  description:
    'This many approvals from a team, from some actors, or (without both) from anyone with `review:decide`.',
  fields: (t) => ({
    team: t.field({
      type: Team,
      nullable: true,
      description: 'The team that is asked. Null if some actors or anyone is.',
      resolve: ({ requirement: { teamId } }, _args, { loaders }) =>
        teamId === null ? null : loaders.teams.load(teamId),
    }),
    actors: t.stringList({
      nullable: true,
      description: 'The actors who are asked. Null if a team or anyone is.',
      resolve: ({ requirement }) => requirement.actors,
    }),
    count: t.int({
      description: 'How many approvals are required.',
      resolve: ({ requirement }) => requirement.count,
    }),
    given: t.int({
      description: 'How many of the approvals so far count towards it.',
      resolve: async ({ review, at }, _args, { loaders }) =>
        (await loaders.given.load(review))[at] ?? 0,
    }),
  }),
});

const VoteEnd = builder.enumType('VoteEnd', {
  description: 'Why a vote no longer counts.',
  values: {
    WITHDRAWN: { description: 'It was withdrawn, or the decision was.' },
    PAYLOAD_CHANGED: { description: 'The payload was edited after it.' },
    NOT_ELIGIBLE: { description: 'The voter may no longer decide the review.' },
  } as const,
});

const Vote = builder.objectRef<CastVote>('Vote').implement({
  description: "A person's vote on a review that requires several approvals.",
  fields: (t) => ({
    actor: t.exposeString('actor', { description: 'Who voted.' }),
    onBehalfOf: t.string({
      nullable: true,
      description: 'The person in whose place the actor voted. Null: in their own right.',
      resolve: ({ onBehalfOf }) => onBehalfOf ?? null,
    }),
    decision: t.expose('decision', { type: ReviewDecision, description: 'The vote.' }),
    subjectDigest: t.exposeString('subjectDigest', {
      description: 'The `subjectDigest` that was voted on. The vote counts for this subject only.',
    }),
    message: t.exposeString('message', { nullable: true, description: 'Message with the vote.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was cast.',
      resolve: ({ at }) => new Date(at),
    }),
    endedBy: t.expose('endedBy', {
      type: VoteEnd,
      nullable: true,
      description: 'Why it no longer counts. Null while it counts.',
    }),
  }),
});

const MayNotDecide = builder.enumType('MayNotDecide', {
  description: 'Why the viewer may not approve a review now.',
  values: {
    NOT_WAITING: { description: 'It is decided.' },
    MISSING_SCOPE: { description: 'The token or session has no `review:decide`.' },
    OWN_REQUEST: { description: 'The viewer requested it or may consume its approval.' },
    NOT_ELIGIBLE: { description: 'Others were asked to approve it.' },
    ALREADY_VOTED: { description: "The viewer's approval already counts." },
    CLAIMED_BY_ANOTHER: { description: 'Somebody else is looking at it. Pass `despiteClaim`.' },
  } as const,
});

const reasonOf = async (review: AnyReview, { viewer, loaders }: Context): Promise<Reason | null> =>
  mayNotDecide(viewer, await loaders.viewerPeople.load(viewer), review);

/** Whether the claim holds: the review waits, and the time is not over. */
const isClaimed = ({ status, claimedUntil }: AnyReview): boolean =>
  status === 'WAITING' && claimedUntil !== null && claimedUntil.getTime() > Date.now();

builder.prismaObjectFields(PendingReview, (t) => ({
  approvalsRequired: t.field({
    type: [ApprovalRequirement],
    description:
      'All of these must be met, by different people. Empty: one approval by anyone with `review:decide`.',
    resolve: (review) =>
      requirementsOf(review).map((requirement, at) => ({ requirement, at, review })),
  }),
  votes: t.field({
    type: [Vote],
    description:
      'The votes, oldest first, including those that no longer count. Empty if one approval is enough.',
    resolve: votesOf,
  }),
  claimedBy: t.string({
    nullable: true,
    description: 'Who is looking at it, until `claimedUntil`. Null if nobody has claimed it.',
    resolve: (review) => (isClaimed(review) ? review.claimedBy : null),
  }),
  claimedUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When the claim ends if it is not renewed.',
    resolve: (review) => (isClaimed(review) ? review.claimedUntil : null),
  }),
  escalatedAt: t.expose('escalatedAt', {
    type: 'DateTime',
    nullable: true,
    description: 'When more people could decide, because nobody had. Null if that did not happen.',
  }),
  viewerMayDecide: t.boolean({
    description: 'Whether the viewer may approve it now.',
    resolve: async (review, _args, context) => (await reasonOf(review, context)) === null,
  }),
  viewerMayNot: t.field({
    type: MayNotDecide,
    nullable: true,
    description: 'Why the viewer may not approve it now. Null if they may.',
    resolve: (review, _args, context) => reasonOf(review, context),
  }),
  viewerMayDecideAs: t.stringList({
    description:
      'The actors in whose place the viewer may approve it now, the viewer first. Pass one of the others as `onBehalfOf`. Empty if the viewer may not.',
    resolve: async (review, _args, { viewer, loaders }) =>
      mayDecideAs(viewer, await loaders.viewerPeople.load(viewer), review),
  }),
}));
