import type { Bed } from '../bed.ts';
import { clientWithoutTimeout, vacuum } from '../clientWithoutTimeout.ts';
import { type Effort, median } from '../compare.ts';
import type { Result } from '../result.ts';

/** For a quick look, BENCH_REVIEWS can be smaller. */
const COUNT = Number(process.env['BENCH_REVIEWS'] ?? 1_000_000);
const BUILD_MS = 3_600_000;
const OWNER = 'found';
/** A page of a search may take this many times as long as a page of pendingReviews. */
const TARGET = 3;

/** Decided and waiting reviews over a year, of many agents, steps, runs and words. */
const insert = `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
    "graphVersion", "nodeId", "payload", "requestedBy", "createdAt", "status", "decisionSource",
    "decidedBy", "reviewedAt", "wasEdited", "headline", "instructions", "risk", "tags",
    "approverTeams", "policyVerdict", "kind")
  SELECT $1, 'search-' || n, 'run-' || n / 20, 'workflow-' || n % 100, 1, 'step-' || n % 1000, '{}',
    'agent-' || n % 50, now() - ($3::int - n) * interval '30 seconds',
    (CASE WHEN n % 10 = 0 THEN 'WAITING' WHEN n % 10 < 8 THEN 'APPROVED' ELSE 'REJECTED' END)::"ReviewStatus",
    (CASE WHEN n % 10 > 0 THEN (ARRAY['REVIEWER', 'AUTO_APPROVAL', 'POLICY', 'EXPIRY'])[1 + n / 10 % 4]
      END)::"DecisionSource",
    CASE WHEN n % 10 > 0 THEN 'person-' || n % 200 END,
    CASE WHEN n % 10 > 0 THEN now() - ($3::int - n) * interval '30 seconds' + n % 600 * interval '1 second' END,
    n % 10 = 1, 'Refund order ' || n || ' of customer ' || n % 5000,
    'The customer asked for it in ticket ' || n % 20000,
    (CASE n % 500 WHEN 0 THEN 'CRITICAL' WHEN 1 THEN 'HIGH' ELSE 'LOW' END)::"Risk",
    ARRAY['region-' || n % 20, 'batch-' || n / 1000], ARRAY['team-' || n % 40],
    jsonb_build_object('ruleIds', ARRAY['rule-' || n % 60]),
    (CASE WHEN n % 2000 = 0 THEN 'QUESTION' ELSE 'ACTION' END)::"ReviewKind"
  FROM generate_series($2::int, $2::int + 9999) n`;

type Search = Record<string, unknown>;

const searches = (): [string, Search][] => {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
  return [
    ['no filter', {}],
    ['status (70 %)', { status: ['APPROVED'] }],
    ['kind (0.05 %)', { kind: 'QUESTION' }],
    ['text: one word of few', { text: 'ticket 777' }],
    ['text: a word of all', { text: 'refund' }],
    ['text: no match', { text: 'nowhere' }],
    ['graphId (1 %)', { graphId: 'workflow-7' }],
    ['nodeId (0.1 %)', { nodeId: 'step-7' }],
    ['graphExecId (20)', { graphExecId: 'run-777' }],
    ['tag (1,000 old ones)', { tag: 'batch-3' }],
    ['riskAtLeast (0.2 %)', { riskAtLeast: 'CRITICAL' }],
    ['requestedBy (2 %)', { requestedBy: 'agent-7' }],
    ['decidedBy (0.5 %)', { decidedBy: 'person-7' }],
    ['decisionSource (22 %)', { decisionSource: ['POLICY'] }],
    ['teamId (2.5 %)', { teamId: 'team-7' }],
    ['ruleId (1.7 %)', { ruleId: 'rule-7' }],
    ['a day', { requestedFrom: day(21), requestedTo: day(20) }],
    ['a day and nodeId', { requestedFrom: day(21), requestedTo: day(20), nodeId: 'step-7' }],
    ['status and nodeId', { status: ['REJECTED'], nodeId: 'step-8' }],
    ['status and graphId', { status: ['REJECTED'], graphId: 'workflow-8' }],
    ['decidedBy and status', { decidedBy: 'person-8', status: ['REJECTED'] }],
    ['text and status', { text: 'customer 777', status: ['APPROVED', 'WAITING'] }],
    ['tag and risk', { tag: 'region-1', riskAtLeast: 'HIGH' }],
    ['two that never meet', { nodeId: 'step-7', graphId: 'workflow-8' }],
  ];
};

const fields = 'edges { node { nodeExecId nodeId payload status } }';
const pageDocument = `query ($first: Int!) { pendingReviews(first: $first) { ${fields} } }`;
const searchDocument = `query ($search: ReviewSearch!, $first: Int!) {
  searchReviews(search: $search, first: $first) { ${fields} }
}`;

/** Pages of searches of an owner with many reviews, compared with a page of pendingReviews. */
export async function measureSearch(bed: Bed, { rounds }: Effort): Promise<Result[]> {
  console.log(`Writing ${COUNT.toLocaleString('en')} reviews…`);
  const client = await clientWithoutTimeout(bed);
  try {
    for (let from = 0; from < COUNT; from += 10_000)
      await client.query(insert, [OWNER, from, COUNT]);
    const { url } = await bed.server('ours');
    console.log('Waiting for the search to be filled…');
    const start = Date.now();
    for (;;) {
      const { rows } = await client.query(
        `SELECT FROM "SearchCursor" c JOIN "OwnerCounter" o USING ("userId")
        WHERE "userId" = $1 AND c."number" = o."lastNumber" AND c."rebuiltTo" IS NULL`,
        [OWNER],
      );
      if (rows.length > 0) break;
      if (Date.now() - start > BUILD_MS) throw new Error('The search was not filled in an hour');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    console.log(`Filled in ${Math.round((Date.now() - start) / 1_000)} s`);
    await vacuum(bed);
    return await compareSearches(bed, url, rounds);
  } finally {
    await client.end();
  }
}

async function compareSearches(bed: Bed, url: string, rounds: number): Promise<Result[]> {
  const [owner] = await bed.owners([OWNER], 'reviewer', 'review:read');
  const ask = async (query: string, variables: object): Promise<number> => {
    const start = performance.now();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owner?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    if (text.includes('"errors"')) throw new Error(text.slice(0, 500));
    return performance.now() - start;
  };
  const all = searches();
  const times = new Map(
    all.map(([name]) => [name, { page: [] as number[], search: [] as number[] }]),
  );
  for (let round = -2; round < rounds * 5; round++) {
    for (const [name, search] of all) {
      const page = await ask(pageDocument, { first: 25 });
      const searched = await ask(searchDocument, { search, first: 25 });
      if (round < 0) continue;
      times.get(name)?.page.push(page);
      times.get(name)?.search.push(searched);
    }
  }
  return [...times].map(([name, { page, search }]) => {
    const ratio = median(search) / median(page);
    const ratios = search.map((time, at) => time / (page[at] as number));
    return {
      benchmark: `search of ${COUNT.toLocaleString('en')}: ${name}; baseline: pendingReviews`,
      ours: `${median(search).toFixed(1)} ms`,
      baseline: `${median(page).toFixed(1)} ms`,
      ratio: ratio.toFixed(2),
      spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
      target: `≤ ${TARGET.toFixed(1)}`,
      met: ratio <= TARGET,
    };
  });
}
