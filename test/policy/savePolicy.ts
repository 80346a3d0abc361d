import type { PolicyRule } from '../../src/policy/rule.ts';
import type { TestService } from '../support/testService.ts';

export type TestRule = Pick<PolicyRule, 'ruleId' | 'when' | 'effect'> & Partial<PolicyRule>;

const defaults = {
  reason: null,
  approvalsRequired: [],
  escalation: [],
  expiresAfter: null,
  risk: null,
};

/**
 * Saves a version with plain SQL, as any actor, as another process would.
 * @returns its number
 */
export async function savePolicy(
  service: Pick<TestService, 'sql'>,
  user: string,
  rules: readonly TestRule[],
  { mode = 'ENFORCED', createdBy = 'platform' } = {},
): Promise<number> {
  const [row] = await service.sql<{ version: number }>(
    `INSERT INTO "Policy" ("userId", "version", "mode", "rules", "createdBy")
    SELECT $1, coalesce(max("version"), 0) + 1, $2::"PolicyMode", $3, $4
    FROM "Policy" WHERE "userId" = $1 RETURNING "version"`,
    [user, mode, JSON.stringify(rules.map((rule) => ({ ...defaults, ...rule }))), createdBy],
  );
  return row?.version as number;
}
