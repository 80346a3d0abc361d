/** Why a vote no longer counts. */
export type VoteEnd = 'WITHDRAWN' | 'PAYLOAD_CHANGED' | 'NOT_ELIGIBLE';

/** A person's word on a review that needs several approvals. Stored in the review as JSON. */
export type Vote = {
  actor: string;
  /** The person in whose place the actor voted. Absent: in their own right. */
  onBehalfOf?: string | null;
  decision: 'APPROVE' | 'REJECT' | 'ANSWER' | 'REQUEST_CHANGES';
  /** It counts for this subject only. */
  subjectDigest: string;
  message: string | null;
  /** In ISO 8601. */
  at: string;
  /** Of the groups that count for the review's teams, those that the voter had. */
  groups?: string[];
  /** Null while it counts. */
  endedBy: VoteEnd | null;
};

/** A vote uses up the names of the delegate and of the person they voted for. */
export const namesOf = ({ actor, onBehalfOf }: Pick<Vote, 'actor' | 'onBehalfOf'>): string[] =>
  onBehalfOf == null ? [actor] : [actor, onBehalfOf];

/** How often one person may vote on a review, so that its row stays small. */
export const MAX_VOTES = 20;

export const hasVotedTooOften = (votes: readonly Vote[], actor: string): boolean =>
  votes.filter((vote) => vote.actor === actor).length >= MAX_VOTES;
