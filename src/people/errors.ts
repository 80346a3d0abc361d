/** Waiting reviews, or rules of the newest policy, name the team, so it cannot be deleted. */
export class TeamInUseError extends Error {
  readonly nodeExecIds: string[];
  readonly ruleIds: string[];

  constructor(teamId: string, nodeExecIds: string[], ruleIds: string[]) {
    const parts = [
      ...(nodeExecIds.length > 0 ? [`waiting reviews need it: ${nodeExecIds.join(', ')}`] : []),
      ...(ruleIds.length > 0 ? [`rules of the policy name it: ${ruleIds.join(', ')}`] : []),
    ];
    super(`The team ${teamId} cannot be deleted, because ${parts.join(', and ')}`);
    this.nodeExecIds = nodeExecIds;
    this.ruleIds = ruleIds;
  }
}
