import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { AnsweredWithErrors } from '../support/answeredWithErrors.ts';
import { approve, ask, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { type Stats, stats, upToDate } from './operations.ts';

const service = await testService();
const DAY_MS = 86_400_000;
const at = (text: string) => new Date(`2026-03-${text}Z`);

type Row = {
  node: string;
  createdAt: string;
  status: string;
  source?: string;
  by?: string;
  seconds?: number;
  edited?: boolean;
  teams?: string[];
  rules?: string[];
};

async function workspaceOf(rows: readonly Row[]) {
  const user = `owner-${randomUUID()}`;
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "createdAt", "status", "decisionSource", "decidedBy",
      "reviewedAt", "wasEdited", "approverTeams", "policyVerdict")
    SELECT $1, gen_random_uuid()::text, 'copilot-1', 'graph', 1, r.node, '{}', 'agent', r."createdAt",
      r.status, r.source, r.by, r."createdAt" + r.seconds * interval '1 second', r.edited,
      coalesce(r.teams, '{}'), jsonb_build_object('ruleIds', coalesce(r.rules, '{}'))
    FROM jsonb_to_recordset($2::jsonb) AS r(node TEXT, "createdAt" TIMESTAMPTZ, status "ReviewStatus",
      source "DecisionSource", by TEXT, seconds FLOAT8, edited BOOLEAN, teams TEXT[], rules TEXT[])`,
    [user, JSON.stringify(rows)],
  );
  await upToDate(service, user);
  return service.as({ user, actor: 'ann', scopes: ['review:read'] });
}

const figures = (key: string, counts: number[], times: [number | null, number | null]): Stats => {
  const [asked = 0, approved = 0, edited = 0, rejected = 0, expired = 0, people = 0] = counts;
  return {
    key,
    askedCount: asked,
    approvedCount: approved,
    editedCount: edited,
    rejectedCount: rejected,
    expiredCount: expired,
    decidedByPeopleCount: people,
    medianSeconds: times[0],
    p95Seconds: times[1],
  };
};

const byAnn = { source: 'REVIEWER', by: 'ann' };
const first = '2026-03-01T12:00:00Z';
const second = '2026-03-02T00:00:00Z';
const rows: Row[] = [
  { node: 'pay', createdAt: first, status: 'APPROVED', ...byAnn, seconds: 10, teams: ['fin', '*'] },
  { node: 'pay', createdAt: first, status: 'APPROVED', ...byAnn, seconds: 20, edited: true },
  { node: 'pay', createdAt: first, status: 'REJECTED', ...byAnn, seconds: 30, rules: ['r1', 'r2'] },
  {
    node: 'pay',
    createdAt: first,
    status: 'REJECTED',
    source: 'EXPIRY',
    by: 'system',
    seconds: 999,
  },
  {
    node: 'pay',
    createdAt: second,
    status: 'REJECTED',
    source: 'CANCELLATION',
    by: 'x',
    seconds: 5,
  },
  { node: 'pay', createdAt: second, status: 'WAITING', teams: ['fin', 'sec'] },
  {
    node: 'send',
    createdAt: second,
    status: 'APPROVED',
    source: 'POLICY',
    by: 'policy',
    seconds: 0,
    rules: ['r1'],
  },
  {
    node: 'send',
    createdAt: second,
    status: 'REJECTED',
    source: 'POLICY',
    by: 'policy',
    seconds: 0,
  },
  {
    node: 'send',
    createdAt: second,
    status: 'APPROVED',
    source: 'OVERRIDE',
    by: 'bob',
    seconds: 40,
  },
  // Outside the range.
  { node: 'pay', createdAt: '2026-03-03T00:00:00Z', status: 'APPROVED', ...byAnn, seconds: 1 },
];

it('91. figures count what was asked in the range, by node, graph, team, rule, day and person', async () => {
  const ann = await workspaceOf(rows);
  const read = (by: string) => stats(ann, by, at('01T00:00:00'), at('03T00:00:00'));
  expect(await read('NODE')).toEqual([
    figures('pay', [6, 2, 1, 1, 1, 3], [20, 29]),
    figures('send', [3, 2, 0, 1, 0, 1], [40, 40]),
  ]);
  expect(await read('GRAPH')).toEqual([figures('graph', [9, 4, 1, 2, 1, 4], [25, 38.5])]);
  expect(await read('TEAM')).toEqual([
    figures('fin', [2, 1, 0, 0, 0, 1], [10, 10]),
    figures('sec', [1, 0, 0, 0, 0, 0], [null, null]),
  ]);
  expect(await read('RULE')).toEqual([
    figures('r1', [2, 1, 0, 1, 0, 1], [30, 30]),
    figures('r2', [1, 0, 0, 1, 0, 1], [30, 30]),
  ]);
  expect(await read('DAY')).toEqual([
    figures('2026-03-01', [4, 2, 1, 1, 1, 3], [20, 29]),
    figures('2026-03-02', [5, 2, 0, 1, 0, 1], [40, 40]),
  ]);
  expect(await read('ACTOR')).toEqual([
    figures('ann', [3, 2, 1, 1, 0, 3], [20, 29]),
    figures('bob', [1, 1, 0, 0, 0, 1], [40, 40]),
  ]);
});

it('91. figures follow decisions within a second', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'a');
  await ask(agent, 'b');
  await approve(reviewer, 'a');
  await reject(reviewer, 'b');
  const [from, to] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + DAY_MS)];
  await expect
    .poll(() => stats(reviewer, 'ACTOR', from, to), { timeout: 1_000, interval: 20 })
    .toMatchObject([{ key: 'reviewer', askedCount: 2, approvedCount: 1, rejectedCount: 1 }]);
  await upToDate(service, user);
});

it('91. a range is at most 366 days, and ends after it begins', async () => {
  const { reviewer } = service.team();
  const from = at('01T00:00:00');
  expect(await stats(reviewer, 'DAY', from, new Date(from.getTime() + 366 * DAY_MS))).toEqual([]);
  const tooLong = stats(reviewer, 'DAY', from, new Date(from.getTime() + 366 * DAY_MS + 1));
  await expect(tooLong).rejects.toThrow('to: must be at most 366 days after from, not 367');
  await expect(stats(reviewer, 'DAY', from, from)).rejects.toBeInstanceOf(AnsweredWithErrors);
});

it('91. at most 1,000 rows are given, those with the most reviews first', async () => {
  const many = Array.from({ length: 1_100 }, (_, n) => ({
    ...{ node: `n${n}`, createdAt: first, status: 'WAITING' },
  }));
  const ann = await workspaceOf([...many, { node: 'n7', createdAt: first, status: 'WAITING' }]);
  const found = await stats(ann, 'NODE', at('01T00:00:00'), at('03T00:00:00'));
  expect(found).toHaveLength(1_000);
  expect(found[0]).toMatchObject({ key: 'n7', askedCount: 2 });
});
