/**
 * Assigns votes to required places, each vote to at most one place, so that as many places as
 * possible are filled. So a person in two teams counts once, and never blocks a combination that
 * would suffice. (A maximum bipartite matching, by augmenting paths.)
 * @param counts how many places each requirement has
 * @param eligible for each vote, the requirements that it can count for
 * @returns how many places of each requirement are filled
 */
export function assign(
  counts: readonly number[],
  eligible: readonly (readonly number[])[],
): number[] {
  const assigned: number[][] = counts.map(() => []);

  /** Finds a place for the vote, and moves others if necessary. */
  function place(vote: number, seen: Set<number>): boolean {
    for (const requirement of eligible[vote] ?? []) {
      if (seen.has(requirement)) continue;
      seen.add(requirement);
      const votes = assigned[requirement] as number[];
      if (votes.length < (counts[requirement] ?? 0)) {
        votes.push(vote);
        return true;
      }
      const at = votes.findIndex((other) => place(other, seen));
      if (at < 0) continue;
      votes[at] = vote;
      return true;
    }
    return false;
  }

  for (const vote of eligible.keys()) place(vote, new Set());
  return assigned.map(({ length }) => length);
}
