import { expect, it } from 'vitest';
import { upToDate } from '../search/operations.ts';
import { approve, ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { runHoldpoint } from './runProgram.ts';

const service = await testService();
const PROCESSES_MS = 60_000;

async function commandLine() {
  const team = service.team();
  const env = { HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await team.reviewer.token };
  const run = (...args: string[]) => runHoldpoint(['reviews', ...args], env);
  return {
    ...team,
    run,
    /** Runs a command that must succeed; returns what it printed. */
    async printed(...args: string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await run(...args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout;
    },
  };
}

/** Reads CSV with its quotes. */
function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  const [heading = [], ...lines] = rows.slice(0, -1);
  return lines.map((line) => Object.fromEntries(heading.map((name, at) => [name, line[at] ?? ''])));
}

it('90. reviews search lists what is found, and reviews export writes it', {
  timeout: PROCESSES_MS,
}, async () => {
  const { user, agent, reviewer, printed, run } = await commandLine();
  await ask(agent, 'a', { headline: 'Refund an order', tags: ['eu'], risk: 'HIGH' });
  await ask(agent, 'b', { headline: 'Refund, again' });
  await ask(agent, 'c', { headline: 'Something else' });
  await approve(reviewer, 'a', { message: 'fine' });
  await upToDate(service, user);

  const table = (await printed('search', 'refund')).split('\n');
  expect(table[0]).toMatch(/^ID +STATUS +RISK +STEP +HEADLINE/);
  expect(table.slice(1, 3).map((line) => line.split(' ')[0])).toEqual(['b', 'a']);
  const idsIn = (lines: string) =>
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).nodeExecId);
  expect(idsIn(await printed('search', '--status', 'approved', '--json'))).toEqual(['a']);
  expect(idsIn(await printed('search', '--first', '1', '--json'))).toEqual(['c']);
  expect(idsIn(await printed('search', '--risk', 'medium', '--tag', 'eu', '--json'))).toEqual([
    'a',
  ]);
  expect((await run('search', 'nothing')).stderr).toBe('No matches.\n');

  const csv = readCsv(await printed('export', '--format', 'csv', 'refund'));
  expect(csv).toMatchObject([
    { nodeExecId: 'b', status: 'WAITING', headline: 'Refund, again', decidedBy: '' },
    { nodeExecId: 'a', status: 'APPROVED', decidedBy: 'reviewer', reviewMessage: 'fine' },
  ]);
  expect(idsIn(await printed('export', '--format', 'jsonl', '--decided-by', 'reviewer'))).toEqual([
    'a',
  ]);
  expect(await printed('export', '--format', 'jsonl', '--to', '2020-01-01')).toBe('');
});

it('90. text from agents is no formula in the CSV file, and payloads keep their exact text', {
  timeout: PROCESSES_MS,
}, async () => {
  const { user, agent, printed } = await commandLine();
  const hostile = ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '＝1', '=cmd|"/c calc"!A1'];
  for (const [n, headline] of hostile.entries()) await ask(agent, `n${n}`, { headline });
  const payload = '{"b":1.10,"a":1e2,"text":"x,\\"y\\"\\n"}';
  const input = `{"input":{"nodeExecId":"exact","graphExecId":"exec","graphId":"graph","graphVersion":1,"payload":${payload}}}`;
  await agent.raw(
    'mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename } }',
    input,
  );
  await upToDate(service, user);
  const text = await printed('export', '--format', 'csv');
  const rows = readCsv(text);
  expect(rows.map((row) => row['headline'])).toEqual([
    '',
    // A tab may separate cells too.
    ...hostile.map((headline) => `'${headline.replace('\t=', "\t'=")}`).toReversed(),
  ]);
  expect(rows[0]?.['payload']).toBe(payload);
  const lines = (await printed('export', '--format', 'jsonl')).trim().split('\n');
  expect(lines).toHaveLength(hostile.length + 1);
  expect(lines[0]).toContain(`"payload":${payload}`);
});

it('90. an export is complete, in pages that fit with large payloads', {
  timeout: PROCESSES_MS,
}, async () => {
  const { user, printed } = await commandLine();
  // 60 payloads of a megabyte: more than one answer may have.
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "createdAt")
    SELECT $1, 'n' || n, 'copilot-1', 'graph', 1, 'pay', to_json(repeat('x', 1000000))::text, 'agent',
      now() + n * interval '1 millisecond'
    FROM generate_series(1, 60) n`,
    [user],
  );
  await upToDate(service, user, 20_000);
  const lines = (await printed('export', '--format', 'jsonl')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).nodeExecId)).toEqual(
    Array.from({ length: 60 }, (_, n) => `n${60 - n}`),
  );
});

it('90. bad options are refused with the reason', { timeout: PROCESSES_MS }, async () => {
  const { run, agent } = await commandLine();
  const wrong = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    return stderr;
  };
  expect(await wrong('export')).toContain('--format');
  expect(await wrong('export', '--format', 'xml')).toContain('csv, jsonl');
  expect(await wrong('search', '--status', 'open')).toContain('one of waiting, approved');
  expect(await wrong('search', '--from', '2026-02-30')).toContain('such as 2026-11-21');
  expect(await wrong('search', '--since', '1d', '--from', '2026-01-01')).toContain('not both');
  const refused = await runHoldpoint(['reviews', 'search'], {
    HOLDPOINT_URL: service.url,
    HOLDPOINT_TOKEN: await agent.token,
  });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('This needs the scope review:read');
});
