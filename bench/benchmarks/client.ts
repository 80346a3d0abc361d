import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Holdpoint } from '@holdpoint/client';
import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import { now } from '../now.ts';
import type { Result } from '../result.ts';
import { payloadOf } from '../samples.ts';
import { maxResult } from './feed.ts';

const DECISIONS = 200;
const IDLE_MS = 20;
const MAX_DECISION_MS = 15;

const WAITS = 1_000;
const PAGE = 100;

const CALLS_A_ROUND = 200;
const MAX_RATIO = 1.5;
const execution = 'client-run';
const graph = { graphId: 'agent', graphVersion: 1 };

/** The client, with agent and reviewer in the same process. */
export async function measureClient(bed: Bed, { rounds }: Effort): Promise<Result[]> {
  const { url } = await bed.freshServer();
  return [
    await measureDecision(await openClients(bed, url, 'client-decided')),
    await measureSockets(await openClients(bed, url, 'client-waiting')),
    await measureGate(await openClients(bed, url, 'client-gated'), rounds),
  ];
}

type Clients = { url: string; token: string; agent: Holdpoint; human: Holdpoint };

async function openClients(bed: Bed, url: string, userId: string): Promise<Clients> {
  const [asking] = await bed.owners([userId], 'agent', 'review:request');
  const [deciding] = await bed.owners([userId], 'human', 'review:decide');
  const token = asking?.token as string;
  return {
    url,
    token,
    agent: createClient({ url, token }),
    human: createClient({ url, token: deciding?.token as string }),
  };
}

/** Time from sending a decision until the agent's `await` returns, including the request itself. */
async function measureDecision({ agent, human }: Clients): Promise<Result> {
  const times: number[] = [];
  for (let number = 0; number < DECISIONS; number++) {
    let decidedAt = 0;
    const outcome = await agent.review({
      execution,
      node: 'send',
      payload: payloadOf(number),
      async onWaiting(nodeExecId) {
        await sleep(IDLE_MS);
        const { edges } = await human.pendingReviews({ first: 1 });
        const subjectDigest = edges[0]?.node.subjectDigest;
        decidedAt = now();
        await human.decideReviews({
          decisions: [{ nodeExecId, decision: 'APPROVE', subjectDigest }],
        });
      },
    });
    times.push(now() - decidedAt);
    if (!outcome.approved) throw new Error(`An approved review is ${outcome.status}`);
  }
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) =>
    (sorted[Math.floor(share * (sorted.length - 1))] as number).toFixed(1);
  return maxResult(
    "decision until the agent's await returns, idle, p50",
    median(times),
    MAX_DECISION_MS,
    'ms',
    {
      spread: `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`,
    },
  );
}

async function measureSockets({ agent, human }: Clients): Promise<Result> {
  const Original = globalThis.WebSocket;
  let sockets = 0;
  globalThis.WebSocket = class extends Original {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets++;
    }
  };
  try {
    let asked = 0;
    const waiting = Array.from({ length: WAITS }, (_, number) =>
      agent.review({
        execution,
        node: 'send',
        payload: payloadOf(number),
        onWaiting: () => asked++,
      }),
    );
    while (asked < WAITS) await sleep(IDLE_MS);
    const started = now();
    for (let decided = 0; decided < WAITS; decided += PAGE) {
      const { edges } = await human.pendingReviews({ first: PAGE });
      const decisions = edges.map(({ node }) => ({
        nodeExecId: node.nodeExecId,
        decision: 'APPROVE' as const,
        subjectDigest: node.subjectDigest,
      }));
      await human.decideReviews({ decisions });
    }
    const outcomes = await Promise.all(waiting);
    if (!outcomes.every(({ approved }) => approved)) throw new Error('A review was not approved');
    return maxResult(`sockets for ${WAITS} waiting reviews`, sockets, 1, '', {
      spread: `all returned in ${Math.round(now() - started)} ms`,
    });
  } finally {
    globalThis.WebSocket = Original;
  }
}

type BareAnswer = { review: { payloadDigest?: string; outcome?: string } };

const bareQueries = {
  request: `mutation ($input: RequestReviewInput!) {
    requestReview(input: $input) { ... on RequestReviewPayload { review { payloadDigest } } }
  }`,
  consume: `mutation ($input: ConsumeReviewInput!) {
    consumeReview(input: $input) { ... on ConsumeReviewPayload { result { data } } }
  }`,
  report: `mutation ($input: ReportOutcomeInput!) {
    reportOutcome(input: $input) { ... on ReportOutcomePayload { review { outcome } } }
  }`,
};

/** A gated step under a standing approval, compared with the same three requests sent by fetch. */
async function measureGate({ url, token, agent, human }: Clients, rounds: number): Promise<Result> {
  await agent.registerExecution({ graphExecId: execution, ...graph });
  const approval = { graphExecId: execution, ...graph, nodeId: 'send' };
  await human.createAutoApproval(approval);
  const gated = agent.gate(async (_payload: unknown) => {}, { execution, node: 'send' });

  async function send(query: string, input: unknown): Promise<BareAnswer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data } = (await response.json()) as { data: Record<string, BareAnswer> };
    return Object.values(data)[0] as BareAnswer;
  }
  async function bare(number: number): Promise<void> {
    const nodeExecId = `bare-${number}`;
    const payload = payloadOf(number);
    const step = { nodeExecId, graphExecId: execution, ...graph, nodeId: 'send', payload };
    const asked = await send(bareQueries.request, step);
    await send(bareQueries.consume, { nodeExecId, payloadDigest: asked.review.payloadDigest });
    const { review } = await send(bareQueries.report, { nodeExecId, outcome: 'EXECUTED' });
    if (review.outcome !== 'EXECUTED') throw new Error('The standing approval did not apply');
  }

  const ours: number[] = [];
  const baseline: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const times = { ours: [] as number[], baseline: [] as number[] };
    for (let call = 0; call < CALLS_A_ROUND; call++) {
      const number = round * CALLS_A_ROUND + call;
      const start = now();
      await gated(payloadOf(number));
      const between = now();
      await bare(number);
      times.ours.push(between - start);
      times.baseline.push(now() - between);
    }
    ours.push(...times.ours);
    baseline.push(...times.baseline);
    ratios.push(median(times.ours) / median(times.baseline));
  }
  const ratio = median(ours) / median(baseline);
  return {
    benchmark: 'gate with a standing approval, p50',
    ours: `${median(ours).toFixed(2)} ms`,
    baseline: `${median(baseline).toFixed(2)} ms`,
    ratio: ratio.toFixed(2),
    spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    target: `≤ ${MAX_RATIO}`,
    met: ratio <= MAX_RATIO,
  };
}
