import type { Queries } from '../database/connections.ts';
import { type Ballot, ballotTeams, requirementsOf, votersOf, votesOf } from './ballot.ts';
import { readPeople } from './readPeople.ts';
import { tally } from './tally.ts';

/** No delegation matters to votes that were cast. */
const nobody = '';

/**
 * Reads how many approvals count towards each requirement of these reviews, in one query, or none
 * if there are no votes.
 */
export async function readGiven(
  database: Queries,
  userId: string,
  reviews: readonly Ballot[],
): Promise<number[][]> {
  const none = reviews.every((review) => votesOf(review).length === 0);
  if (none) return reviews.map((review) => requirementsOf(review).map(() => 0));
  const viewer = { userId, actor: nobody };
  const people = await readPeople(database, viewer, votersOf(reviews), ballotTeams(reviews));
  return reviews.map((review) => {
    const votes = votesOf(review);
    // Votes on earlier subjects have ended, so the others are on the current one.
    const standing = votes.find(({ endedBy }) => endedBy === null);
    return tally(review, people, votes, standing?.subjectDigest ?? '').given;
  });
}
