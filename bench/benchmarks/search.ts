import type { Bed } from '../bed.ts';
import { clientWithoutTimeout, vacuum } from '../clientWithoutTimeout.ts';
import { type Effort, median } from '../compare.ts';
import type { Result } from '../result.ts';
import { fillSearch } from '../searchData.ts';

const OWNER = 'found';
/** A page of a search may take this many times as long as a page of pendingReviews. */
const TARGET = 3;

/** Each takes a few milliseconds. */
const REPEATS = 5;
const WARM_UP_ROUNDS = 10;

type Search = Record<string, unknown>;

const searches = (): [string, Search][] => {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
  return [
    ['no filter', {}],
    ['status (70 %)', { status: ['APPROVED'] }],
    ['kind (0.05 %)', { kind: 'QUESTION' }],
    ['text: a rare word', { text: 'order 123456' }],
    ['text: beginnings of words (0.3 %)', { text: 'ticket 777' }],
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
export async function measureSearch(bed: Bed, { rounds, reviews }: Effort): Promise<Result[]> {
  console.log(`Writing ${reviews.toLocaleString('en')} reviews…`);
  const client = await clientWithoutTimeout(bed);
  try {
    await fillSearch(client, OWNER, reviews);
  } finally {
    await client.end();
  }
  await vacuum(bed);
  const { url } = await bed.server('ours');
  const [owner] = await bed.owners([OWNER], 'reviewer', 'review:read');
  return compareSearches({ url, token: owner?.token ?? '', rounds, reviews });
}

type Server = { url: string; token: string; rounds: number; reviews: number };

/** Each search in turn with a page of pendingReviews, so that drift affects both. */
export async function compareSearches(server: Server): Promise<Result[]> {
  const { url, token, rounds, reviews } = server;
  const ask = async (query: string, variables: object): Promise<number> => {
    const start = performance.now();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
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
  for (let round = -WARM_UP_ROUNDS; round < rounds * REPEATS; round++) {
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
      benchmark: `search of ${reviews.toLocaleString('en')}: ${name}; baseline: pendingReviews`,
      ours: `${median(search).toFixed(1)} ms`,
      baseline: `${median(page).toFixed(1)} ms`,
      ratio: ratio.toFixed(2),
      spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
      target: `≤ ${TARGET.toFixed(1)}`,
      met: ratio <= TARGET,
    };
  });
}
