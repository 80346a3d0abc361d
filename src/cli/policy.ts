import {
  connect,
  InvalidInputError,
  type Operations,
  operationsOf,
  PolicyConflictError,
  type PolicyFragment,
  type PreviewPolicyQuery,
} from '@holdpoint/client';
import { type JsonText, jsonProblems, jsonTextOf, parseJson } from '@holdpoint/client/json';
import type { PolicyMode } from '../database/generated/prisma/enums.ts';
import { durationText } from '../duration.ts';
import { addressOf } from '../hook/holdCall.ts';
import { compileRules, evaluate, type Verdict } from '../policy/evaluate.ts';
import type { Effect } from '../policy/rule.ts';
import { policyRules } from '../policy/rules.ts';
import { confirm } from './confirm.ts';
import { CommandError, UsageError } from './errors.ts';
import { printRows } from './people.ts';
import { atItsPlace, type PolicyFile, readInput, readPolicyFile } from './policy/policyFile.ts';
import {
  differences,
  policyOfService,
  policyText,
  rulesOfFile,
  type WrittenPolicy,
} from './policy/policyText.ts';
import { decisionText, failureOf, request, subjectOf, VARIABLES } from './policy/testCases.ts';
import { readToken } from './readToken.ts';
import { invocation, printTable, safeText, toSecond } from './terminalText.ts';

// `holdpoint policy`: a policy as a file, for review in git and for CI.

export type ServiceOptions = { url: string; tokenFile?: string };

async function openService({ url, tokenFile }: ServiceOptions): Promise<Operations> {
  const client = connect({ url, token: await readToken(tokenFile, 'policy:manage') });
  return operationsOf(client, 0);
}

const none = `The workspace has no policy yet. Save one with: ${invocation} policy set policy.yaml`;

async function versionOf(service: Operations, version: number): Promise<PolicyFragment> {
  const [found] = await service.policyHistory({ beforeVersion: version + 1 });
  if (found?.version === version) return found;
  throw new CommandError(`There is no version ${version}. See: ${invocation} policy history`);
}

/** Prints a version as a policy file. */
export async function runGetPolicy(
  version: number | undefined,
  options: ServiceOptions,
): Promise<void> {
  const service = await openService(options);
  const policy = version === undefined ? await service.policy() : await versionOf(service, version);
  if (!policy) throw new CommandError(none);
  process.stdout.write(policyText(policyOfService(policy), policy.version));
}

/** Lists the versions. */
export async function runListPolicies(
  options: ServiceOptions & { first: number; json?: boolean },
): Promise<void> {
  const service = await openService(options);
  const found: PolicyFragment[] = [];
  for (;;) {
    const last = found.at(-1)?.version;
    const page = await service.policyHistory({ beforeVersion: last ?? null });
    found.push(...page);
    if (page.length === 0 || found.length >= options.first) break;
  }
  if (found.length === 0) throw new CommandError(none);
  const rows = found.slice(0, options.first).map(({ rules, ...version }) => ({
    ...version,
    rules: rules.length,
  }));
  printRows(rows, options.json, {
    columns: {
      VERSION: ({ version }) => `${version}`,
      MODE: ({ mode }) => mode,
      RULES: ({ rules }) => `${rules}`,
      'SAVED BY': ({ createdBy }) => createdBy,
      AT: ({ createdAt }) => toSecond(new Date(createdAt)),
      NOTE: ({ note }) => note ?? '-',
    },
    empty: 'No versions',
  });
}

export type SetPolicyOptions = ServiceOptions & {
  mode?: PolicyMode;
  note?: string;
  fromVersion?: number;
  yes?: boolean;
  dryRun?: boolean;
};

/**
 * Saves a file or an old version as the newest one, after showing what it changes. The exit code of
 * a dry run is 1 if it would change something.
 */
export async function runSetPolicy(
  name: string | undefined,
  options: SetPolicyOptions,
): Promise<void> {
  const { fromVersion, yes = false, dryRun = false } = options;
  if ((name === undefined) === (fromVersion === undefined)) {
    throw new UsageError(
      `name either a file or --from-version. See: ${invocation} policy set --help`,
    );
  }
  const file = name === undefined ? null : await readPolicyFile(name);
  if (file) refuseFailedTests(file);
  if (file && !file.mode && !options.mode) {
    throw new CommandError(
      `${file.placeOf('mode')}: mode is missing: OFF, SHADOW or ENFORCED, here or as --mode`,
    );
  }
  const service = await openService(options);
  const newest = await service.policy();
  const source = file
    ? { mode: file.mode ?? 'OFF', note: file.note ?? null, rules: rulesOfFile(file.rules) }
    : await oldVersion(service, fromVersion as number);
  const policy: WrittenPolicy = {
    mode: options.mode ?? source.mode,
    note: options.note ?? source.note,
    rules: source.rules,
  };

  const changes = differences(newest ? policyOfService(newest) : null, policy);
  if (changes.length === 0) {
    console.log(`Nothing to change: this is version ${newest?.version}`);
    return;
  }
  for (const line of changes) console.log(safeText(line));
  if (dryRun) {
    process.exitCode = 1;
    return;
  }
  const next = (newest?.version ?? 0) + 1;
  const isAgreed =
    yes ||
    (await confirm(
      `Save this as version ${next}?`,
      'nothing was saved. To save it without being asked, add --yes',
    ));
  if (!isAgreed) throw new CommandError('Nothing was saved');
  const basedOnVersion = file?.basedOn ?? newest?.version ?? 0;
  const saved = await refusalsOf(file, () => service.setPolicy({ ...policy, basedOnVersion }));
  const { version, mode } = saved.policy;
  console.log(`Saved as version ${version}, ${mode}. ${whatItDoes[mode]}`);
}

const whatItDoes: Record<PolicyMode, string> = {
  ENFORCED: 'It decides from the next request on.',
  SHADOW: 'From the next request on, its verdicts are recorded, and have no other effect.',
  OFF: 'From the next request on, there are no verdicts.',
};

async function oldVersion(service: Operations, version: number): Promise<WrittenPolicy> {
  const { mode, rules } = policyOfService(await versionOf(service, version));
  return { mode, rules, note: `Back to version ${version}` };
}

/** @throws CommandError that says why the service refused it */
async function refusalsOf<Result>(
  file: PolicyFile | null,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidInputError && file) throw atItsPlace(error.issues, file);
    if (error instanceof InvalidInputError) throw new CommandError(safeText(error.message));
    if (error instanceof PolicyConflictError) {
      throw new CommandError(
        `${safeText(error.message)}. Compare with it, and try again: ${invocation} policy get`,
      );
    }
    throw error;
  }
}

export type PreviewOptions = ServiceOptions & {
  since?: number;
  workflow?: string;
  step?: string;
  json?: boolean;
};

type Preview = Extract<PreviewPolicyQuery['previewPolicy'], { __typename: 'PolicyPreview' }>;

/**
 * Says what the rules of a file would have made of past requests. The exit code is 1 if they
 * disagree with what people decided.
 */
export async function runPreviewPolicy(name: string, options: PreviewOptions): Promise<void> {
  const { since, workflow, step, json = false } = options;
  const file = await readPolicyFile(name);
  const service = await openService(options);
  const range = {
    ...(since !== undefined && { from: new Date(Date.now() - since).toISOString() }),
    ...(workflow !== undefined && { graphId: workflow }),
    ...(step !== undefined && { nodeId: step }),
  };
  const preview = await refusalsOf(file, () =>
    service.previewPolicy({ rules: rulesOfFile(file.rules), range }),
  );
  const { allowedThoughRejectedCount, allowedThoughEditedCount, deniedThoughApprovedCount } =
    preview;
  const surprises =
    allowedThoughRejectedCount + allowedThoughEditedCount + deniedThoughApprovedCount;
  if (surprises > 0) process.exitCode = 1;
  if (json) console.log(JSON.stringify(preview));
  else printPreview(preview, options.url);
}

function printPreview(preview: Preview, url: string): void {
  const { examined, truncated, allowedCount, reviewCount, deniedCount, matches } = preview;
  if (examined === 0) {
    console.log('0 past requests, so there is nothing to try these rules on.');
    return;
  }
  const more = truncated ? ' (there are older ones, but the time was over)' : '';
  console.log(`${examined} past requests, newest first${more}:`);
  console.log(`  ALLOW ${allowedCount}, REVIEW ${reviewCount}, DENY ${deniedCount}\n`);
  printTable(
    ['RULE', 'DECIDED'],
    matches.map(({ ruleId, count }) => [ruleId, `${count}`]),
    'No rules',
  );
  if (preview.problems.length > 0) console.log();
  for (const { ruleId, message } of preview.problems) {
    console.log(`Problem in ${safeText(ruleId)}: ${safeText(message)}`);
  }
  const rest = [...preview.surprises];
  const groups = [
    [preview.allowedThoughRejectedCount, 'allowed, but a person rejected'],
    [preview.allowedThoughEditedCount, 'allowed, but a person edited'],
    [preview.deniedThoughApprovedCount, 'denied, but a person approved'],
  ] as const;
  for (const [count, what] of groups) {
    if (count === 0) continue;
    const shown = rest.splice(0, Math.min(count, MAX_SURPRISES));
    console.log(`\nWould be ${what}: ${count}`);
    for (const { nodeExecId, nodeId, requestedBy, decidedBy, reviewMessage, createdAt } of shown) {
      const said = reviewMessage ? `: ${JSON.stringify(reviewMessage)}` : '';
      const by = `asked by ${requestedBy}, decided by ${decidedBy ?? '-'}${said}`;
      console.log(safeText(`  ${nodeExecId}  ${nodeId}  ${toSecond(new Date(createdAt))}  ${by}`));
      console.log(safeText(`    ${addressOf({ url }, nodeExecId)}`));
    }
    if (count > shown.length) console.log('  …');
  }
}

/** Of each kind, as many as the service returns. */
const MAX_SURPRISES = 20;

export type TestOptions = {
  payload?: string;
  var?: Record<string, string>;
  expect?: Effect;
  json?: boolean;
  /** Only needed without a file. */
  service: () => ServiceOptions;
};

/**
 * Evaluates the tests of a file, or one payload. It does so in this process: nothing is requested,
 * and with a file nothing is sent. The exit code is 1 if something is not as expected.
 */
export async function runTestPolicy(name: string | undefined, options: TestOptions): Promise<void> {
  const { payload, expect, json = false } = options;
  const file = name === undefined ? null : await readPolicyFile(name);
  if (payload === undefined) {
    if (!file || file.tests.length === 0) {
      throw new UsageError(
        `there is nothing to test: name a file with tests, or --payload. See: ${invocation} policy test --help`,
      );
    }
    refuseFailedTests(file);
    console.log(`${file.tests.length} ${file.tests.length === 1 ? 'test' : 'tests'} passed`);
    return;
  }
  const text = await readInput(payload).catch((error: Error) => {
    throw new CommandError(`Cannot read the payload: ${error.message}`);
  });
  const subject = subjectOf(variablesIn(options.var ?? {}), payloadIn(text));
  const rules = file ? file.rules : await rulesInForce(options.service());
  const verdict = evaluate(compileRules(rules), subject);
  if (json) console.log(JSON.stringify(verdict));
  else printVerdict(verdict);
  if (expect === undefined || expect === verdict.effect) return;
  console.error(`Expected ${expect}, got ${verdict.effect}`);
  process.exitCode = 1;
}

/** @throws CommandError with a line for each test that fails */
function refuseFailedTests(file: PolicyFile): void {
  const rules = compileRules(file.rules);
  const failures = file.tests.flatMap((test, at) => {
    const failure = failureOf(test, rules);
    const named = test.name === undefined ? '' : `${test.name}: `;
    return failure === null
      ? []
      : `${file.placeOf(`tests.${at}`)}: ${safeText(`${named}${failure}`)}`;
  });
  if (failures.length === 0) return;
  const count = `${failures.length} of ${file.tests.length} tests failed`;
  throw new CommandError([...failures, count].join('\n'));
}

async function rulesInForce(options: ServiceOptions) {
  const policy = await (await openService(options)).policy();
  if (!policy) throw new CommandError(none);
  const { success, data } = policyRules.safeParse(policyOfService(policy).rules);
  if (success) return data;
  throw new CommandError('The policy was saved with another version of Holdpoint: update this one');
}

const LISTS = new Set(['consumers', 'tags']);

/** The variables that were given as `--var name=value`. @throws UsageError */
function variablesIn(given: Record<string, string>) {
  const values = Object.entries(given).map(([name, text]) => [
    name,
    LISTS.has(name)
      ? text.split(',').filter((item) => item !== '')
      : name === 'graphVersion'
        ? Number(text)
        : text,
  ]);
  const parsed = request.omit({ payload: true }).strict().safeParse(Object.fromEntries(values));
  if (parsed.success) return { ...parsed.data, payload: null };
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = VARIABLES.filter((name) => name !== 'payload').join(', ');
    throw new UsageError(`--var ${safeText(`${issue.keys[0]} is not a variable`)}: use ${known}`);
  }
  throw new UsageError(`--var ${safeText(`${issue?.path.join('.')} ${issue?.message}`.trim())}`);
}

const PAYLOAD_LIMITS = { maxCharacters: 1_000_000, maxDepth: 100 };

/** @throws CommandError for what the service would refuse as well */
function payloadIn(text: string): JsonText {
  let json: JsonText;
  try {
    json = jsonTextOf(parseJson(text));
  } catch (error) {
    throw new CommandError(`The payload is not JSON: ${safeText((error as Error).message)}`);
  }
  const [problem] = jsonProblems(json, PAYLOAD_LIMITS);
  if (!problem) return json;
  throw new CommandError(`The payload: ${safeText(`${problem.path} ${problem.message}`.trim())}`);
}

function printVerdict(verdict: Verdict): void {
  const { reasons, approvalsRequired, escalation, expiresAfterMs, risk, problems } = verdict;
  const lines = [
    decisionText(verdict),
    ...reasons.map((reason) => `  reason: ${reason}`),
    ...approvalsRequired.map(
      ({ count, teamId, actors }) =>
        `  approvals required: ${count} of ${teamId === null ? (actors?.join(', ') ?? 'anyone') : `team ${teamId}`}`,
    ),
    ...escalation.map(
      ({ afterMs, teamIds, actors }) =>
        `  after ${durationText(afterMs)} also: ${[...teamIds.map((id) => `team ${id}`), ...actors].join(', ')}`,
    ),
    ...(expiresAfterMs === null ? [] : [`  expires after: ${durationText(expiresAfterMs)}`]),
    ...(risk === null ? [] : [`  risk: at least ${risk}`]),
    ...problems.map(({ ruleId, message }) => `  problem in ${ruleId}: ${message}`),
  ];
  for (const line of lines) console.log(safeText(line));
}
