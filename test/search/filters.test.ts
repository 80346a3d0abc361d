import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { AnsweredWithErrors } from '../support/answeredWithErrors.ts';
import { testService } from '../support/testService.ts';
import { findAll, idsOf, search, upToDate } from './operations.ts';

const service = await testService();
const user = `owner-${randomUUID()}`;
const reviewer = service.as({ user, actor: 'ann', scopes: ['review:decide'] });

const statuses = ['WAITING', 'APPROVED', 'REJECTED', 'ANSWERED', 'CHANGES_REQUESTED'];
const risks = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const sources = ['REVIEWER', 'AUTO_APPROVAL', 'CANCELLATION', 'EXPIRY', 'OVERRIDE', 'POLICY'];
const COUNT = 1_200;
const START = Date.parse('2026-03-01T00:00:00Z');

/** Values with what has a meaning in the text of a tsquery, in JSON or in SQL. */
const odd = [
  "it's",
  'back\\slash',
  'a & b | !c:*',
  '"quoted"',
  '(x)',
  'münchen',
  '退款 123',
  ' pad ',
];

type Stored = {
  nodeExecId: string;
  createdAt: Date;
  status: string;
  kind: string;
  graphId: string;
  nodeId: string;
  graphExecId: string;
  tags: string[];
  risk: string | null;
  requestedBy: string;
  decidedBy: string | null;
  decisionSource: string | null;
  approverTeams: string[];
  ruleIds: string[];
  headline: string | null;
  instructions: string | null;
};

const pick = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
const words = pick(['refund', 'Refunds', 'sendEmail', 'snake_case', 'for', 'Ørsted', ...odd]);
const phrase = fc.array(words, { maxLength: 4 }).map((all) => all.join(' '));
const graphIds = ['graph', 'payments', ...odd.slice(0, 3)];
const nodeIds = ['pay', 'sendEmail', 'node-7', ...odd.slice(3, 5)];
const graphExecIds = ['exec', 'copilot-1', odd[2] as string];
const actors = ['agent', 'bot', odd[0] as string];
const people = ['ann', 'bob', odd[4] as string];
const tags = ['prod', 'eu', ...odd];
const teams = ['finance', 'security', odd[1] as string];
const rules = ['big-refunds', 'prod'];

const stored: fc.Arbitrary<Omit<Stored, 'nodeExecId'>> = fc.record({
  // Several at the same time, so that the ID decides their order.
  createdAt: fc.nat(200).map((minutes) => new Date(START + minutes * 60_000)),
  status: pick(statuses),
  kind: pick(['ACTION', 'ACTION', 'QUESTION']),
  graphId: pick(graphIds),
  nodeId: pick(nodeIds),
  graphExecId: pick(graphExecIds),
  tags: fc.uniqueArray(pick(tags), { maxLength: 3 }),
  risk: fc.option(pick(risks)),
  requestedBy: pick(actors),
  decidedBy: fc.option(pick(people)),
  decisionSource: fc.option(pick(sources)),
  approverTeams: fc.uniqueArray(pick([...teams, '*']), { maxLength: 3 }),
  ruleIds: fc.uniqueArray(pick(rules), { maxLength: 2 }),
  headline: fc.option(phrase),
  instructions: fc.option(phrase),
});

let reviews: Stored[] = [];

beforeAll(async () => {
  const [sample = []] = fc.sample(
    fc.array(stored, { minLength: COUNT, maxLength: COUNT, size: 'max' }),
    {
      numRuns: 1,
      seed: 90,
    },
  );
  reviews = sample.map((review, n) => ({ ...review, nodeExecId: `n${n}` }));
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "createdAt", "status", "kind", "graphId",
      "graphVersion", "nodeId", "graphExecId", "tags", "risk", "requestedBy", "decidedBy",
      "decisionSource", "approverTeams", "policyVerdict", "headline", "instructions", "payload")
    SELECT $1, r."nodeExecId", r."createdAt", r."status", r."kind", r."graphId", 1, r."nodeId", r."graphExecId",
      r."tags", r."risk", r."requestedBy", r."decidedBy", r."decisionSource", r."approverTeams",
      CASE WHEN r."ruleIds" <> '{}' THEN jsonb_build_object('ruleIds', r."ruleIds") END, r."headline",
      r."instructions", '"payload words"'
    FROM jsonb_to_recordset($2::jsonb) AS r("nodeExecId" TEXT, "createdAt" TIMESTAMPTZ,
      "status" "ReviewStatus", "kind" "ReviewKind", "graphId" TEXT, "nodeId" TEXT, "graphExecId" TEXT, "tags" TEXT[],
      "risk" "Risk", "requestedBy" TEXT, "decidedBy" TEXT, "decisionSource" "DecisionSource",
      "approverTeams" TEXT[], "ruleIds" TEXT[], "headline" TEXT, "instructions" TEXT)`,
    [user, JSON.stringify(reviews)],
  );
  await upToDate(service, user, 10_000);
});

type Filter = {
  status?: string[];
  kind?: string;
  text?: string;
  graphId?: string;
  nodeId?: string;
  graphExecId?: string;
  tag?: string;
  riskAtLeast?: string;
  requestedBy?: string;
  decidedBy?: string;
  decisionSource?: string[];
  teamId?: string;
  ruleId?: string;
  requestedFrom?: Date;
  requestedTo?: Date;
};

/** The words of a text, found letter by letter. */
function plainWords(text: string): string[] {
  const isOneWord = (letter: string) => /\p{Script=Han}/u.test(letter);
  const found: string[] = [];
  let word = '';
  const end = () => {
    if (word !== '') found.push(word);
    word = '';
  };
  for (const letter of text.normalize('NFKC')) {
    if (!/[\p{L}\p{N}\p{M}]/u.test(letter)) end();
    else if (isOneWord(letter)) {
      end();
      found.push(letter);
    } else word += letter;
  }
  end();
  const parts = found.flatMap((each) => each.match(/\p{Lu}?[^\p{Lu}]+|\p{Lu}+/gu) ?? []);
  return [...found, ...parts].map((each) => each.toLowerCase());
}

function matches(review: Stored, filter: Filter): boolean {
  const is = <Value>(wanted: Value | undefined, test: (value: Value) => boolean) =>
    wanted === undefined || test(wanted);
  const texts = [
    ...[review.headline ?? '', review.instructions ?? '', review.nodeId, review.graphId],
    ...[review.graphExecId, ...review.tags],
  ];
  return (
    is(filter.status, (some) => some.length === 0 || some.includes(review.status)) &&
    is(filter.kind, (its) => review.kind === its) &&
    is(filter.text, (text) => {
      const all = texts.flatMap(plainWords);
      return plainWords(text).every((wanted) => all.some((word) => word.startsWith(wanted)));
    }) &&
    is(filter.graphId, (its) => review.graphId === its) &&
    is(filter.nodeId, (its) => review.nodeId === its) &&
    is(filter.graphExecId, (its) => review.graphExecId === its) &&
    is(filter.tag, (tag) => review.tags.includes(tag)) &&
    is(filter.riskAtLeast, (its) => risks.indexOf(review.risk ?? '') >= risks.indexOf(its)) &&
    is(filter.requestedBy, (its) => review.requestedBy === its) &&
    is(filter.decidedBy, (its) => review.decidedBy === its) &&
    is(filter.decisionSource, (some) =>
      some.length === 0 ? true : some.includes(review.decisionSource ?? ''),
    ) &&
    is(filter.teamId, (its) => review.approverTeams.includes(its)) &&
    is(filter.ruleId, (its) => review.ruleIds.includes(its)) &&
    is(filter.requestedFrom, (from) => review.createdAt >= from) &&
    is(filter.requestedTo, (to) => review.createdAt < to)
  );
}

/** What a search has to find, in its order. */
const expected = (filter: Filter): string[] =>
  reviews
    .filter((review) => matches(review, filter))
    .sort(
      (a, b) =>
        b.createdAt.getTime() - a.createdAt.getTime() || (a.nodeExecId < b.nodeExecId ? 1 : -1),
    )
    .map(({ nodeExecId }) => nodeExecId);

const time = fc.nat(200).map((minutes) => new Date(START + minutes * 60_000));
const typed = pick([
  'ref',
  'refunds',
  'REFUND for',
  'email',
  'send',
  'case',
  'ørs',
  '款',
  'node 7',
  'it',
]);
const values: { [Name in keyof Required<Filter>]: fc.Arbitrary<Required<Filter>[Name]> } = {
  status: fc.subarray(statuses),
  kind: pick(['ACTION', 'QUESTION']),
  text: typed,
  graphId: pick([...graphIds, 'none']),
  nodeId: pick(nodeIds),
  graphExecId: pick(graphExecIds),
  tag: pick([...tags, 'none']),
  riskAtLeast: pick(risks),
  requestedBy: pick(actors),
  decidedBy: pick(people),
  decisionSource: fc.subarray(sources),
  teamId: pick(teams),
  ruleId: pick(rules),
  requestedFrom: time,
  requestedTo: time,
};
const names = Object.keys(values) as (keyof Filter)[];

const checkOnce = async (filter: Filter) => {
  const right = expected(filter);
  expect(await findAll(reviewer, filter)).toEqual(right);
  expect((await search(reviewer, filter, { first: 1 })).totalCount).toBe(right.length);
};

for (const name of names) {
  it(`90. ${name} finds what a filter over all reviews finds`, async () => {
    await fc.assert(
      fc.asyncProperty(values[name] as fc.Arbitrary<unknown>, (value) =>
        checkOnce({ [name]: value }),
      ),
      { numRuns: 8 },
    );
  });
}

it('90. combined filters find what meets all of them', { timeout: 60_000 }, async () => {
  const filters = fc
    .subarray(names, { minLength: 2, maxLength: 4 })
    .chain((some) => fc.record(Object.fromEntries(some.map((name) => [name, values[name]]))));
  await fc.assert(fc.asyncProperty(filters as fc.Arbitrary<Filter>, checkOnce), { numRuns: 60 });
});

it('90. without a filter everything is found, in pages of any size', async () => {
  const all = expected({});
  for (const first of [7, 100]) expect(await findAll(reviewer, {}, first)).toEqual(all);
  expect(await findAll(reviewer, { text: '  ', status: [] })).toEqual(all);
});

it('90. payloads are not searched', async () => {
  expect(idsOf(await search(reviewer, { text: 'payload words' }))).toEqual([]);
});

it('90. bad input is refused with its path', async () => {
  const refusal = async (filter: object, page: object = {}) => {
    try {
      await search(reviewer, { ...filter }, { ...page });
      return null;
    } catch (error) {
      if (!(error instanceof AnsweredWithErrors)) throw error;
      return error.message;
    }
  };
  expect(await refusal({ text: '!?' })).toContain('search.text: must contain a letter or a digit');
  expect(await refusal({ text: 'x'.repeat(201) })).toContain('search.text: must have at most 200');
  expect(await refusal({ graphId: '' })).toContain('search.graphId: must not be empty');
  expect(await refusal({ tag: '\0' })).toContain('search.tag: must not contain NUL');
  expect(await refusal({}, { first: 101 })).toContain('first: must be between 1 and 100, not 101');
  expect(await refusal({}, { after: 'nonsense' })).toContain('after: is not a valid cursor');
});

it('90. reviews with the longest texts can be found', async () => {
  const texts = [
    // Different words of one character each, which take the most room in an index.
    Array.from({ length: 50_000 }, (_, n) => String.fromCodePoint(0x20000 + (n % 40_000))).join(''),
    'x'.repeat(100_000),
    Array.from({ length: 14_000 }, (_, n) => `w${n}`).join(' '),
    '\u{FDFA}'.repeat(90_000),
  ];
  const other = `owner-${randomUUID()}`;
  for (const [n, text] of texts.entries()) {
    await service.sql(
      `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
        "graphVersion", "nodeId", "payload", "requestedBy", "headline", "instructions")
      VALUES ($1, $2, 'copilot-1', 'graph', 1, 'pay', '{}', 'agent', 'Found', $3)`,
      [other, `n${n}`, text],
    );
  }
  await upToDate(service, other, 10_000);
  const ann = service.as({ user: other, actor: 'ann', scopes: ['review:decide'] });
  expect((await findAll(ann, { text: 'found' })).sort()).toEqual(['n0', 'n1', 'n2', 'n3']);
  expect(await findAll(ann, { text: 'w13' })).toEqual(['n2']);
  expect(await findAll(ann, { text: 'x'.repeat(150) })).toEqual(['n1']);
});
