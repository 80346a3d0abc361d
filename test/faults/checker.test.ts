import { describe, expect, it } from 'vitest';
import { check, rules } from './checker/check.ts';
import { approvalDoctorings } from './doctorings/approvals.ts';
import { decisionDoctorings } from './doctorings/decisions.ts';
import { executionDoctorings } from './doctorings/executions.ts';
import { feedDoctorings } from './doctorings/feed.ts';
import { requestDoctorings } from './doctorings/requests.ts';
import { goodRun } from './goodRun.ts';

const doctorings = [
  ...requestDoctorings,
  ...decisionDoctorings,
  ...approvalDoctorings,
  ...executionDoctorings,
  ...feedDoctorings,
];

describe('the checker', () => {
  it('finds nothing where every promise was kept', () => {
    const { entries, database } = goodRun();
    expect(check(entries, database)).toEqual([]);
  });

  it.each(doctorings)('finds that %s', (_fault, promise, doctor) => {
    const run = goodRun();
    doctor(run);
    const violations = check(run.entries, run.database);
    expect(violations.map((violation) => violation.promise)).toContain(promise);
  });

  it('is shown at least one fault of each promise here', () => {
    expect(new Set(doctorings.map(([, promise]) => promise))).toEqual(new Set(Object.keys(rules)));
  });
});
