import { expect, it } from 'vitest';
import { compileRules, evaluate } from '../../src/policy/evaluate.ts';
import type { PolicyRule } from '../../src/policy/rule.ts';
import { rulesOf, subjectOf, verdictOf } from './evaluating.ts';

const subject = subjectOf('{"amount":501}');
const nothing = {
  ruleIds: [],
  problems: [],
  reasons: [],
  approvalsRequired: [],
  escalation: [],
  expiresAfterMs: null,
  risk: null,
};

it('65. no rule at all, or none that applies, is REVIEW', () => {
  expect(verdictOf([], subject)).toEqual({ ...nothing, effect: 'REVIEW' });
  const rules = ['ALLOW', 'REVIEW', 'DENY'].map((effect) => ({ when: 'node == "x"', effect }));
  expect(verdictOf(rules, subject)).toEqual({ ...nothing, effect: 'REVIEW' });
});

it('64. the strictest effect wins, whatever the order', () => {
  const allow = { ruleId: 'allow', when: 'true', effect: 'ALLOW', reason: 'small' };
  const review = { ruleId: 'review', when: 'payload.amount > 500', reason: 'over 500' };
  const deny = { ruleId: 'deny', when: 'node == "pay"', effect: 'DENY', reason: 'never' };
  expect(verdictOf([allow], subject)).toEqual({
    ...nothing,
    effect: 'ALLOW',
    ruleIds: ['allow'],
    reasons: ['small'],
  });
  for (const rules of [
    [allow, review],
    [review, allow],
  ]) {
    expect(verdictOf(rules, subject)).toEqual({
      ...nothing,
      effect: 'REVIEW',
      ruleIds: ['review'],
      reasons: ['over 500'],
    });
  }
  for (const rules of [
    [allow, review, deny],
    [deny, review, allow],
  ]) {
    expect(verdictOf(rules, subject)).toEqual({
      ...nothing,
      effect: 'DENY',
      ruleIds: ['deny'],
      reasons: ['never'],
    });
  }
});

it('64. REVIEW rules add up', () => {
  const verdict = verdictOf(
    [
      {
        ruleId: 'b',
        when: 'true',
        approvalsRequired: [{ teamId: 'finance' }, { actors: ['bo', 'ana'] }, { count: 2 }],
        escalation: [
          { after: '1h', teamIds: ['leads'] },
          { after: '1d', actors: ['ana'] },
        ],
        expiresAfter: '2d',
        risk: 'LOW',
        reason: 'same',
      },
      {
        ruleId: 'a',
        when: 'true',
        approvalsRequired: [
          { teamId: 'finance', count: 3 },
          { actors: ['ana', 'bo'] },
          { teamId: 'legal' },
        ],
        escalation: [{ after: '2h', teamIds: ['board'] }],
        expiresAfter: '12h',
        risk: 'CRITICAL',
        reason: 'same',
      },
      { ruleId: 'c', when: 'false', approvalsRequired: [{ teamId: 'legal', count: 2 }] },
    ],
    subject,
  );
  const hour = 3_600_000;
  expect(verdict).toEqual({
    effect: 'REVIEW',
    ruleIds: ['b', 'a'],
    problems: [],
    reasons: ['same'],
    approvalsRequired: [
      { teamId: 'finance', actors: null, count: 3, ruleIds: ['b', 'a'] },
      { teamId: null, actors: ['bo', 'ana'], count: 1, ruleIds: ['b', 'a'] },
      { teamId: null, actors: null, count: 2, ruleIds: ['b'] },
      { teamId: 'legal', actors: null, count: 1, ruleIds: ['a'] },
    ],
    escalation: [
      { ruleId: 'b', afterMs: hour, teamIds: ['leads'], actors: [] },
      { ruleId: 'a', afterMs: 2 * hour, teamIds: ['board'], actors: [] },
      { ruleId: 'b', afterMs: 24 * hour, teamIds: [], actors: ['ana'] },
    ],
    expiresAfterMs: 12 * hour,
    risk: 'CRITICAL',
  });
});

it('64. evaluating does not change the rules', () => {
  const rules = rulesOf([
    { when: 'true', approvalsRequired: [{ teamId: 'finance' }] },
    { when: 'true', approvalsRequired: [{ teamId: 'finance', count: 4 }] },
  ]);
  const before = structuredClone(rules);
  const compiled = compileRules(rules);
  expect(evaluate(compiled, subject)).toEqual(evaluate(compiled, subject));
  expect(rules).toEqual(before);
});

it('65. a REVIEW rule with a problem applies in full', () => {
  const rule = {
    ruleId: 'refunds',
    when: 'payload.missing > 5',
    approvalsRequired: [{ teamId: 'finance', count: 2 }],
    escalation: [{ after: '1h', teamIds: ['leads'] }],
    expiresAfter: '1d',
    risk: 'MEDIUM',
    reason: 'refund',
  };
  expect(verdictOf([rule, { when: 'true', effect: 'ALLOW' }], subject)).toEqual({
    effect: 'REVIEW',
    ruleIds: ['refunds'],
    problems: [{ ruleId: 'refunds', message: 'there is no field "missing"' }],
    reasons: ['refund'],
    approvalsRequired: [{ teamId: 'finance', actors: null, count: 2, ruleIds: ['refunds'] }],
    escalation: [{ ruleId: 'refunds', afterMs: 3_600_000, teamIds: ['leads'], actors: [] }],
    expiresAfterMs: 86_400_000,
    risk: 'MEDIUM',
  });
});

it('65. a DENY rule with a problem asks for a person and raises the risk to HIGH', () => {
  const deny = { ruleId: 'deny', when: 'payload.missing > 5', effect: 'DENY', reason: 'never' };
  const expected = {
    ...nothing,
    effect: 'REVIEW',
    ruleIds: ['deny'],
    problems: [{ ruleId: 'deny', message: 'there is no field "missing"' }],
    reasons: ['never'],
  };
  expect(verdictOf([deny, { when: 'true', effect: 'ALLOW' }], subject)).toEqual({
    ...expected,
    risk: 'HIGH',
  });
  expect(verdictOf([{ ...deny, risk: 'LOW' }], subject).risk).toBe('HIGH');
  expect(verdictOf([{ ...deny, risk: 'CRITICAL' }], subject).risk).toBe('CRITICAL');
  const other = { ruleId: 'other', when: 'true', effect: 'DENY' };
  expect(verdictOf([deny, other], subject)).toMatchObject({
    effect: 'DENY',
    ruleIds: ['other'],
    risk: 'HIGH',
  });
});

it('65. an ALLOW rule with a problem does not apply', () => {
  const allow = { ruleId: 'allow', when: 'payload.missing < 5', effect: 'ALLOW', risk: 'LOW' };
  expect(verdictOf([allow], subject)).toEqual({
    ...nothing,
    effect: 'REVIEW',
    problems: [{ ruleId: 'allow', message: 'there is no field "missing"' }],
  });
});

it('65. a number that is sent as text passes no rule', () => {
  const text = subjectOf('{"amount":"501"}');
  for (const effect of ['ALLOW', 'REVIEW', 'DENY']) {
    for (const when of ['payload.amount > 500', 'payload.amount == 501', 'payload.amount != 5']) {
      expect(verdictOf([{ when, effect }, { when: 'false' }], text)).toMatchObject({
        effect: 'REVIEW',
        problems: [{ ruleId: 'r0', message: 'cannot compare a string with a number' }],
      });
    }
  }
});

it('65. stored rules that do not compile any more are problems', () => {
  const [stored] = rulesOf([{ when: 'true' }]) as [PolicyRule];
  const broken = [
    { ...stored, ruleId: 'gone', when: 'nod == 5' },
    { ...stored, ruleId: 'words', when: 'tags == []', effect: 'ALLOW' as const },
    { ...stored, ruleId: 'deny', when: 'payload.a.split(",") == 5', effect: 'DENY' as const },
    { ...stored, ruleId: 'fine', effect: 'ALLOW' as const },
  ];
  const verdict = evaluate(compileRules(broken), subject);
  expect(verdict).toMatchObject({ effect: 'REVIEW', ruleIds: ['gone', 'deny'], risk: 'HIGH' });
  expect(verdict.problems).toEqual([
    { ruleId: 'gone', message: expect.stringContaining('unknown variable nod') },
    { ruleId: 'words', message: expect.stringContaining("the agent's own words") },
    { ruleId: 'deny', message: expect.stringContaining('unknown function split') },
  ]);
});

it('64. the highest risk of all rules that apply counts', () => {
  const allow = { when: 'true', effect: 'ALLOW', risk: 'MEDIUM' };
  expect(verdictOf([allow, { when: 'false', risk: 'HIGH' }], subject)).toMatchObject({
    effect: 'ALLOW',
    risk: 'MEDIUM',
  });
  expect(verdictOf([allow, { when: 'true', risk: 'LOW' }], subject)).toMatchObject({
    effect: 'REVIEW',
    risk: 'MEDIUM',
  });
});
