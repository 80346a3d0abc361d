import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { AnsweredWithErrors } from '../support/answeredWithErrors.ts';
import { testService } from '../support/testService.ts';

const guide = await readFile('docs/operations.md', 'utf8');
const dashboardText = await readFile('docs/grafana-dashboard.json', 'utf8');

type Panel = {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { expr: string }[];
};
const dashboard: { panels: Panel[] } = JSON.parse(dashboardText);
const service = await testService();

/** The declared metrics, with their labels. */
const exposed = await (async () => {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return new Map(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]),
  );
})();

/** The metric of a time series. */
function metricOf(series: string): string | undefined {
  if (exposed.has(series)) return series;
  const base = series.replace(/_(bucket|sum|count)$/, '');
  return exposed.get(base) === 'histogram' ? base : undefined;
}

const namesIn = (text: string) =>
  new Set([...text.matchAll(/\b(?:holdpoint|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name));

describe('metrics in the documents', () => {
  it.each([
    ['docs/operations.md', guide],
    ['docs/grafana-dashboard.json', dashboardText],
  ])('in %s', (_, text) => {
    const names = namesIn(text);
    expect(names.size).toBeGreaterThan(15);
    expect([...names].filter((name) => metricOf(name) === undefined)).toEqual([]);
  });

  it('are complete', () => {
    const known = new Set([...namesIn(guide)].map(metricOf));
    const ours = [...exposed.keys()].filter((name) => name?.startsWith('holdpoint_'));
    expect(ours.length).toBeGreaterThan(12);
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const { panels } = dashboard;

  it('has panels with a title and a query each', () => {
    for (const panel of panels.filter(({ type }) => type !== 'row')) {
      expect(panel.title).not.toBe('');
      expect(panel.description, panel.title).toMatch(/\.$/);
      expect(panel.targets?.length, panel.title).toBeGreaterThan(0);
      for (const { expr } of panel.targets ?? []) {
        expect(namesIn(expr).size, expr).toBe(1);
        expect(expr.split('(').length, expr).toBe(expr.split(')').length);
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('shows rates and quantiles of counters and histograms only', () => {
    for (const { expr } of panels.flatMap(({ targets = [] }) => targets)) {
      const [name = ''] = namesIn(expr);
      const type = exposed.get(metricOf(name));
      expect(/rate\(|increase\(/.test(expr), expr).toBe(type !== 'gauge');
    }
  });

  it('has no overlapping panels', () => {
    const cells = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x},${y}`), title).toBe(false);
          cells.add(`${x},${y}`);
        }
      }
    }
  });
});

it('the service reads every variable that the guide names', () => {
  const names = new Set([...guide.matchAll(/\bHOLDPOINT_[A-Z_]+\b/g)].map(([name]) => name));
  expect(names.size).toBeGreaterThan(5);
  for (const name of names) {
    const refused = name.endsWith('_EXPIRES') || name.endsWith('_URL') || name.endsWith('_TOKEN');
    const value = refused ? ' ' : 'x';
    // A variable that the service does not read is never refused.
    let changed: boolean;
    try {
      changed = JSON.stringify(readConfig({ [name]: value })) !== JSON.stringify(readConfig({}));
    } catch {
      changed = true;
    }
    expect(changed, name).toBe(true);
  }
});

describe('after restoring a backup, the statements in the guide', async () => {
  const [, statements = ''] =
    /### What a restore means[\s\S]*?```sql\n([\s\S]*?)```/.exec(guide) ?? [];
  const restored = await testService();
  const { agent, reviewer } = restored.team();
  const inputOf = (nodeExecId: string) => ({
    input: { nodeExecId, graphExecId: 'copilot-session-1', graphId: 'g', graphVersion: 1 },
  });
  const ask =
    'mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename } }';
  const events =
    'subscription ($after: String) { reviewEvents(after: $after) { cursor nodeExecId } }';
  const cursor = async () =>
    (
      await agent.query<{ pendingReviews: { feedCursor: string } }>(
        '{ pendingReviews { feedCursor } }',
      )
    ).pendingReviews.feedCursor;

  it('make every old cursor expire permanently, while new ones work', async () => {
    for (const id of ['a', 'b', 'c']) await agent.query(ask, inputOf(id));
    const before = Number(await cursor());
    await restored.sql(statements);
    const after = await cursor();
    expect(Number(after)).toBe(before + 1_000_000);

    for (let n = 0; n < 5; n++) await agent.query(ask, inputOf(`later-${n}`));
    // The last event in the backup, and some that clients received after it.
    for (const old of [before, before + 2, before + 500]) {
      const error = await agent
        .subscribe(events, { after: String(old) })
        .next()
        .catch((thrown) => thrown);
      expect((error as AnsweredWithErrors).code, `cursor ${old}`).toBe('CURSOR_EXPIRED');
    }
    const feed = agent.subscribe<{ reviewEvents: { nodeExecId: string } }>(events, { after });
    const ids = (await feed.take(5)).map(({ reviewEvents }) => reviewEvents.nodeExecId);
    expect(ids).toEqual(['later-0', 'later-1', 'later-2', 'later-3', 'later-4']);
  });

  it('void approvals that may have been used, and revoke standing approvals', async () => {
    for (const id of ['copilot-node-x:1', 'used']) await agent.query(ask, inputOf(id));
    const { decideReviews } = await reviewer.query<{
      decideReviews: { reviews: { payloadDigest: string }[] };
    }>(
      `mutation ($input: DecideReviewsInput!) { decideReviews(input: $input) {
        ... on DecideReviewsPayload { reviews { payloadDigest } } } }`,
      {
        input: {
          decisions: [
            { nodeExecId: 'copilot-node-x:1', decision: 'APPROVE', autoApproveFuture: true },
            { nodeExecId: 'used', decision: 'APPROVE' },
          ],
        },
      },
    );
    const payloadDigest = decideReviews.reviews[0]?.payloadDigest;
    const consume = async (nodeExecId: string) => {
      const { consumeReview } = await agent.query<{ consumeReview: { __typename: string } }>(
        'mutation ($input: ConsumeReviewInput!) { consumeReview(input: $input) { __typename } }',
        { input: { nodeExecId, payloadDigest, idempotencyKey: 'key' } },
      );
      return consumeReview.__typename;
    };
    // Its outcome may have been reported since.
    expect(await consume('used')).toBe('ConsumeReviewPayload');
    await restored.sql(statements);
    expect(await consume('used')).toBe('ReviewConflictError');
    expect(await consume('copilot-node-x:1')).toBe('ReviewConflictError');
    const { requestReview } = await agent.query<{ requestReview: { result: unknown } }>(
      `mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
        ... on RequestReviewPayload { result { status } } } }`,
      inputOf('copilot-node-x:2'),
    );
    expect(requestReview.result).toBeNull();
  });
});
