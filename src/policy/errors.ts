import type { Policy } from '../database/generated/prisma/client.ts';

/** Somebody else saved another version of the policy in between. */
export class PolicyConflictError extends Error {
  /** The newest version. */
  readonly policy: Policy;

  constructor(basedOnVersion: number, policy: Policy) {
    super(
      `The policy has changed: ${policy.createdBy} saved version ${policy.version}, and your change is based on ${
        basedOnVersion === 0 ? 'none' : `version ${basedOnVersion}`
      }`,
    );
    this.policy = policy;
  }
}
