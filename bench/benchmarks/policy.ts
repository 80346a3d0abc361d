import { JsonText } from '@holdpoint/client/json';
import { compileRules, evaluate } from '../../src/policy/evaluate.ts';
import type { PolicyRule } from '../../src/policy/rule.ts';
import type { Bed } from '../bed.ts';
import { compare, type Effort, median } from '../compare.ts';
import { type Result, ratioResult } from '../result.ts';
import { GRAPH_ID, GRAPH_VERSION, payloadOf } from '../samples.ts';
import { seedExecutions } from '../seed.ts';
import { userIdsOf, verifyWrites } from './write.ts';

/** What rules usually look at. None of them lets the sample step through. */
const CONDITIONS = [
  'node == "delete-repository"',
  'graph.startsWith("experimental-")',
  'payload.tool == "send_email" && payload.arguments.to.exists(to, !to.endsWith("@example.com"))',
  'payload.tool == "send_email" && payload.arguments.attachments.exists(file, file.bytes > 1000000)',
  'payload.tool in ["refund", "charge", "transfer"]',
  'has(payload.amount) && payload.amount > 500',
  'payload.tool == "shell" && payload.arguments.command.contains("rm -rf")',
  'requestedBy == "new-agent"',
  'size(consumers) > 0',
  'payload.dryRun',
  'payload.risk > 0.8',
  'payload.tool == "sql" && payload.arguments.statement.matches("(?i)\\\\bdrop\\\\s+table\\\\b")',
  'now.getHours("Europe/Berlin") < 6 && payload.tool != "send_email"',
  'graphVersion < 2',
  'execution.startsWith("test-")',
  'payload.arguments.subject.contains("Password")',
  'payload.arguments.to.size() > 20',
  'kind == "QUESTION"',
  'node.endsWith("-production")',
  'payload.tool == "deploy" && payload.arguments.cluster == "production"',
];

const rules = CONDITIONS.map(
  (when, at): PolicyRule => ({
    ruleId: `rule-${at}`,
    when,
    effect: at % 5 === 0 ? 'DENY' : 'REVIEW',
    reason: null,
    approvalsRequired: [],
    escalation: [],
    expiresAfter: null,
    risk: null,
  }),
);

const ROUND_MS = 200;

/** Requests of workspaces with a policy of 20 rules, against requests of workspaces without one. */
export async function measurePolicy(bed: Bed, effort: Effort): Promise<Result[]> {
  const [governed, free] = [userIdsOf('governed', 20), userIdsOf('free', 20)];
  await seedExecutions(bed.database, [...governed, ...free]);
  await bed.database.pool.query(
    `INSERT INTO "Policy" ("userId", "version", "mode", "rules", "createdBy")
    SELECT owner, 1, 'ENFORCED', $2, 'platform' FROM unnest($1::text[]) owner`,
    [governed, JSON.stringify(rules)],
  );
  const { url } = await bed.server('ours');
  const contestant = async (name: string, userIds: string[]) => ({
    name,
    plan: {
      operation: 'requestReview',
      owners: await bed.owners(userIds, 'agent', 'review:request'),
      url,
      speaks: 'graphql',
    } as const,
    after: (prefix: string, count: number) =>
      verifyWrites(bed, prefix, count, 'WAITING', 'REQUESTED'),
  });
  const [withPolicy = [], without = []] = await compare(
    bed.load,
    [await contestant('20 rules', governed), await contestant('no policy', free)],
    effort,
  );
  return [
    ratioResult('requestReview, 20 rules / without a policy', withPolicy, without, 0.9),
    measureEvaluation(effort),
  ];
}

/** How long one evaluation of the 20 rules takes. */
function measureEvaluation({ rounds }: Effort): Result {
  const compiled = compileRules(rules);
  const texts = Array.from({ length: 1_000 }, (_, at) => JSON.stringify(payloadOf(at)));
  const evaluateOne = (at: number) =>
    evaluate(compiled, {
      kind: 'ACTION',
      nodeId: 'node-1',
      graphId: GRAPH_ID,
      graphVersion: GRAPH_VERSION,
      graphExecId: 'execution-1',
      requestedBy: 'agent',
      consumers: [],
      instructions: null,
      headline: null,
      tags: [],
      risk: null,
      payload: new JsonText(texts[at % texts.length] as string),
      now: new Date(),
    });
  for (let at = 0; at < 20_000; at++) evaluateOne(at);
  const microseconds = Array.from({ length: rounds }, () => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < ROUND_MS) evaluateOne(count++);
    return ((performance.now() - start) * 1_000) / count;
  });
  return {
    benchmark: 'evaluating 20 rules',
    ours: `${median(microseconds).toFixed(0)} µs`,
    baseline: '',
    ratio: '',
    spread: `${Math.min(...microseconds).toFixed(0)}–${Math.max(...microseconds).toFixed(0)} µs`,
    target: '≤ 100 µs',
    met: median(microseconds) <= 100,
  };
}
