import { describe, expect, it } from 'vitest';
import { check, rules } from './checker/check.ts';
import { approvalCorruptions } from './corruptions/approvals.ts';
import { decisionCorruptions } from './corruptions/decisions.ts';
import { executionCorruptions } from './corruptions/executions.ts';
import { feedCorruptions } from './corruptions/feed.ts';
import { policyCorruptions } from './corruptions/policy.ts';
import { requestCorruptions } from './corruptions/requests.ts';
import { signOffCorruptions } from './corruptions/signOffs.ts';
import { talkCorruptions } from './corruptions/talks.ts';
import { goodRun } from './goodRun.ts';

const corruptions = [
  ...requestCorruptions,
  ...decisionCorruptions,
  ...approvalCorruptions,
  ...signOffCorruptions,
  ...talkCorruptions,
  ...policyCorruptions,
  ...executionCorruptions,
  ...feedCorruptions,
];

describe('the checker', () => {
  it('finds no violation if every promise was kept', () => {
    const { entries, database } = goodRun();
    expect(check(entries, database)).toEqual([]);
  });

  it.each(corruptions)('finds that %s', (_fault, promise, corrupt) => {
    const run = goodRun();
    corrupt(run);
    const violations = check(run.entries, run.database);
    expect(violations.map((violation) => violation.promise)).toContain(promise);
  });

  it('is tested with at least one violation of each promise', () => {
    expect(new Set(corruptions.map(([, promise]) => promise))).toEqual(new Set(Object.keys(rules)));
  });
});
