import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ElicitRequestSchema,
  ListRootsRequestSchema,
  type Progress,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { savePolicy } from '../policy/savePolicy.ts';
import { vote, withdrawNow } from '../support/ballots.ts';
import { bareEnv } from '../support/bareEnv.ts';
import { closedPort } from '../support/closedPort.ts';
import { decide, read } from '../support/operations.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { type Team, testService } from '../support/testService.ts';
import { root } from './mcpClient.ts';

const service = await testService();
const everything = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const filesystem = join(root, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
const changing = join(root, 'test/mcp/changingServer.mjs');

const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdpoint-test-')));
afterAll(() => rm(folder, { recursive: true, force: true }));

const proxyArgs = (args: readonly string[]) => [
  '--conditions=holdpoint-source',
  join(root, 'src/main.ts'),
  ...['mcp', 'proxy', ...args],
];
const envOf = async (team: Team, more: Record<string, string> = {}) => ({
  ...bareEnv,
  HOLDPOINT_URL: service.url,
  HOLDPOINT_TOKEN: await team.agent.token,
  ...more,
});

/** A client of the SDK, with the proxy between it and a server. */
async function connect(
  team: Team,
  args: readonly string[],
  more: Record<string, string> = {},
  client = new Client({ name: 'test', version: '1' }),
) {
  const env = await envOf(team, more);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: proxyArgs(args),
    cwd: root,
    env,
    stderr: 'pipe',
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, transport };
}

/** The server that notes what it runs. */
async function connectChanging(team: Team, more: Record<string, string> = {}, args: string[] = []) {
  const notes = join(await mkdtemp(join(folder, 'notes-')), 'notes');
  const { client, transport } = await connect(
    team,
    [...args, '--name', 'bank', '--', process.execPath, changing],
    { NOTES: notes, ...more },
  );
  const ran = async () =>
    (await readFile(notes, 'utf8')).split('\n').filter((line) => line && !line.startsWith('env'));
  return { client, transport, notes, ran };
}

async function waiting({ reviewer }: Team): Promise<string> {
  for (;;) {
    const { pendingReviews } = await reviewer.query<{
      pendingReviews: { edges: { node: { nodeExecId: string } }[] };
    }>('{ pendingReviews { edges { node { nodeExecId } } } }');
    const id = pendingReviews.edges[0]?.node.nodeExecId;
    if (id) return id;
    await sleep(30);
  }
}

const approve = async ({ reviewer }: Team, id: string, more = {}) =>
  decide(reviewer, [{ nodeExecId: id, decision: 'APPROVE', ...more }]);

/** The outcome of a review, once it is reported. */
async function outcomeOf(id: string): Promise<{ outcome: string; outcomeDetail: string | null }> {
  for (;;) {
    const [row] = await service.sql<{ outcome: string | null; outcomeDetail: string | null }>(
      'SELECT "outcome", "outcomeDetail" FROM "PendingReview" WHERE "nodeExecId" = $1',
      [id],
    );
    if (row?.outcome) return row as { outcome: string; outcomeDetail: string | null };
    await sleep(30);
  }
}

const textOf = (result: object) => (result as { content: { text: string }[] }).content[0]?.text;
const pay = (client: Client, n: number, options = {}) =>
  client.callTool({ name: 'pay', arguments: { n } }, undefined, options);

it('79. server-filesystem: a file is written with the edited arguments, after the approval', async () => {
  const team = service.team();
  const { client } = await connect(team, ['--', process.execPath, filesystem, folder]);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('write_file');

  const path = join(folder, 'letter.txt');
  const written = client.callTool({ name: 'write_file', arguments: { path, content: 'Hi' } });
  const id = await waiting(team);
  await expect(readFile(path)).rejects.toThrow(/ENOENT/);
  const { reviewer } = team;
  const review = await read(reviewer, [id]);
  expect(review[0]).toMatchObject({
    nodeId: 'index.js/write_file',
    graphId: 'mcp',
    payload: { path, content: 'Hi' },
  });
  await approve(team, id, { payload: { path, content: 'Dear Ada' } });
  expect(await written).not.toHaveProperty('isError', true);
  expect(await readFile(path, 'utf8')).toBe('Dear Ada');
  expect(await outcomeOf(id)).toEqual({ outcome: 'EXECUTED', outcomeDetail: null });

  // Again, with a path that the server refuses.
  const refused = client.callTool({ name: 'read_text_file', arguments: { path: '/etc/passwd' } });
  const second = await waiting(team);
  await approve(team, second);
  expect(await refused).toHaveProperty('isError', true);
  expect(await outcomeOf(second)).toMatchObject({
    outcome: 'FAILED',
    outcomeDetail: expect.stringContaining('Access denied'),
  });
});

/** server-everything over stdio, and over HTTP. */
const transports: [string, (team: Team, client?: Client) => ReturnType<typeof connect>][] = [
  [
    'stdio',
    (team, client) =>
      connect(team, ['--name', 'all', '--', process.execPath, everything], {}, client),
  ],
  [
    'HTTP',
    async (team, client) => {
      const port = await closedPort();
      const server = spawn(process.execPath, [everything, 'streamableHttp'], {
        env: { ...process.env, PORT: String(port) },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      onTestFinished(() => void server.kill());
      const started = Promise.withResolvers<void>();
      server.stderr.on('data', (text) => /listening/i.test(String(text)) && started.resolve());
      await started.promise;
      const url = `http://127.0.0.1:${port}/mcp`;
      return connect(team, ['--name', 'all', '--url', url], {}, client);
    },
  ],
];

it.each(transports)(
  '79. server-everything over %s: all but calls passes unchanged',
  async (_, open) => {
    const team = service.team();
    const { client: direct } = await (async () => {
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(
        new StdioClientTransport({
          command: process.execPath,
          args: [everything],
          stderr: 'ignore',
        }),
      );
      onTestFinished(() => client.close());
      return { client };
    })();
    const { client } = await open(team);
    const { tasks: _tasks, ...capabilities } = direct.getServerCapabilities() ?? {};
    expect(client.getServerCapabilities()).toEqual(capabilities);
    expect(client.getServerVersion()).toEqual(direct.getServerVersion());
    expect(client.getInstructions()).toEqual(direct.getInstructions());
    expect(await client.listTools()).toEqual(await direct.listTools());
    expect(await client.listPrompts()).toEqual(await direct.listPrompts());
    expect(await client.listResources()).toEqual(await direct.listResources());
    expect(await client.listResourceTemplates()).toEqual(await direct.listResourceTemplates());
    const [prompt] = (await direct.listPrompts()).prompts.filter(
      ({ arguments: args }) => !args?.length,
    );
    const { name } = prompt as { name: string };
    expect(await client.getPrompt({ name })).toEqual(await direct.getPrompt({ name }));
    const [resource] = (await direct.listResources()).resources;
    const { uri } = resource as { uri: string };
    expect(await client.readResource({ uri })).toEqual(await direct.readResource({ uri }));
    await client.subscribeResource({ uri });
    await client.ping();

    const sum = client.callTool({ name: 'get-sum', arguments: { a: 2, b: 3 } });
    const id = await waiting(team);
    await approve(team, id, { payload: { a: 2, b: 40 } });
    expect(textOf(await sum)).toContain('42');
    expect(await outcomeOf(id)).toMatchObject({ outcome: 'EXECUTED' });
  },
  60_000,
);

it.each(transports)(
  '79. server-everything over %s: progress before and after the approval',
  async (_, open) => {
    const team = service.team();
    const { client } = await open(team);
    const seen: Progress[] = [];
    const call = client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 0.4, steps: 2 } },
      undefined,
      {
        onprogress: (progress) => seen.push(progress),
        timeout: 5_000,
        resetTimeoutOnProgress: true,
      },
    );
    const id = await waiting(team);
    // Longer than the client would wait without progress.
    await sleep(6_000);
    await approve(team, id);
    expect(textOf(await call)).toContain('completed');
    expect(seen[0]?.message).toBe(`Waiting for approval: ${service.url}/r/${id}`);
    expect(seen.map(({ progress }) => progress)).toEqual(
      seen.map(({ progress }) => progress).toSorted((one, other) => one - other),
    );
    // The client of the SDK may drop the last one, which comes with the result.
    expect(seen.map(({ progress }) => progress)).toContain(1);
  },
  60_000,
);

it('79. what the server asks of the client passes, and its notifications too', async () => {
  const team = service.team();
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: {}, roots: { listChanged: true } } },
  );
  client.setRequestHandler(ElicitRequestSchema, async () => ({
    action: 'accept',
    content: { name: 'Ada' },
  }));
  client.setRequestHandler(ListRootsRequestSchema, async () => ({
    roots: [{ uri: `file://${folder}`, name: 'here' }],
  }));
  await connect(team, ['--', process.execPath, everything], {}, client);
  const roots = client.callTool({ name: 'get-roots-list', arguments: {} });
  await approve(team, await waiting(team));
  expect(textOf(await roots)).toContain('here');
  const asked = client.callTool({ name: 'trigger-elicitation-request', arguments: {} });
  await approve(team, await waiting(team));
  expect(JSON.stringify(await asked)).toContain('Ada');
}, 60_000);

it('79. a tool that is renamed or added later does not escape', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team);
  let changes = 0;
  client.fallbackNotificationHandler = async ({ method }) => {
    if (method === 'notifications/tools/list_changed') changes++;
  };
  const change = client.callTool({ name: 'change', arguments: { n: 1 } });
  await approve(team, await waiting(team));
  await change;
  expect(changes).toBeGreaterThan(0);
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('pay_quietly');
  for (const name of ['pay_quietly', 'refund', 'pay', 'never listed']) {
    const before = await ran();
    const call = client.callTool({ name, arguments: { n: 2 } });
    const id = await waiting(team);
    const [review] = await read(team.reviewer, [id]);
    expect(review).toMatchObject({ nodeId: `bank/${name}` });
    expect(await ran()).toEqual(before);
    await decide(team.reviewer, [{ nodeExecId: id, decision: 'REJECT', message: 'No.' }]);
    const result = await call;
    expect(result).toHaveProperty('isError', true);
    expect(textOf(result)).toMatch(/^This call was rejected by reviewer: "No\."\. It has not run/);
    expect(await ran()).toEqual(before);
  }
}, 60_000);

it('79. a cancelled call cancels the wait, and the same call can be made again', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team);
  const stop = new AbortController();
  const cancelled = pay(client, 1, { signal: stop.signal });
  const id = await waiting(team);
  stop.abort();
  await expect(cancelled).rejects.toThrow();
  await client.ping();
  await approve(team, id);
  await sleep(1_500);
  expect(await ran()).toEqual([]);
  const [review] = await read(team.reviewer, [id]);
  expect(review).toMatchObject({ processed: false });

  expect(textOf(await pay(client, 1))).toBe('pay ran with 1');
  expect(await ran()).toEqual(['pay 1']);
  expect(await outcomeOf(id)).toMatchObject({ outcome: 'EXECUTED' });
}, 60_000);

it('79. a call that is cancelled while it runs is reported as failed', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team);
  const stop = new AbortController();
  const call = pay(client, 77, { signal: stop.signal });
  const id = await waiting(team);
  await approve(team, id);
  while ((await ran()).length === 0) await sleep(30);
  stop.abort();
  await expect(call).rejects.toThrow();
  expect(await outcomeOf(id)).toEqual({
    outcome: 'FAILED',
    outcomeDetail: 'The call was cancelled while it ran',
  });
}, 60_000);

it('79. two equal calls at once need two approvals; each approval runs one', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team);
  const calls = [pay(client, 5), pay(client, 5)];
  const first = await waiting(team);
  await approve(team, first);
  await Promise.race(calls);
  expect(await ran()).toEqual(['pay 5']);
  const second = await waiting(team);
  expect(second).not.toBe(first);
  await approve(team, second);
  await Promise.all(calls);
  expect(await ran()).toEqual(['pay 5', 'pay 5']);
}, 60_000);

it('79. forty calls at once: exactly the approved ones run, each once', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team);
  const numbers = Array.from({ length: 40 }, (_, at) => at + 100);
  const calls = numbers.map((n) => pay(client, n));
  const isApproved = (n: number) => n % 3 === 0;
  for (let decided = 0; decided < numbers.length; ) {
    const { pendingReviews } = await team.reviewer.query<{
      pendingReviews: { edges: { node: { nodeExecId: string; payload: { n: number } } }[] };
    }>('{ pendingReviews(first: 40) { edges { node { nodeExecId payload } } } }');
    for (const { node } of pendingReviews.edges) {
      const decision = isApproved(node.payload.n) ? 'APPROVE' : 'REJECT';
      await decide(team.reviewer, [{ nodeExecId: node.nodeExecId, decision }]);
      decided++;
    }
    await sleep(30);
  }
  const results = await Promise.all(calls);
  expect(results.map((result) => result.isError !== true)).toEqual(numbers.map(isApproved));
  expect((await ran()).toSorted()).toEqual(
    numbers
      .filter(isApproved)
      .map((n) => `pay ${n}`)
      .toSorted(),
  );
}, 60_000);

it('79. an approval that is withdrawn in time does not count', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team, {}, ['--run', 'run-9']);
  const stop = new AbortController();
  const call = pay(client, 1, { signal: stop.signal });
  const id = await waiting(team);
  stop.abort();
  await expect(call).rejects.toThrow();
  await approve(team, id);
  await withdrawNow(team.reviewer, id);
  const again = pay(client, 1);
  await sleep(1_000);
  expect(await ran()).toEqual([]);
  await vote(team.reviewer, await waiting(team));
  expect(textOf(await again)).toBe('pay ran with 1');
}, 60_000);

it('79. without progress, a call is answered before the client gives up', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team, {}, ['--wait', '1m']);
  const result = await pay(client, 1, { timeout: 58_000 });
  expect(result).toHaveProperty('isError', true);
  expect(textOf(result)).toMatch(/It is waiting at .*make exactly the same call again/);
  expect(await ran()).toEqual([]);
}, 70_000);

it('79. a failed call, and a server that dies, are reported; what is held then does not run', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team);
  const unlucky = pay(client, 13);
  const first = await waiting(team);
  await approve(team, first);
  expect(await unlucky).toHaveProperty('isError', true);
  expect(await outcomeOf(first)).toMatchObject({
    outcome: 'FAILED',
    outcomeDetail: /unlucky/ as never,
  });

  const fatal = pay(client, 99).catch((error: Error) => error);
  const second = await waiting(team);
  await approve(team, second);
  expect(await fatal).toBeInstanceOf(Error);
  expect(await outcomeOf(second)).toMatchObject({ outcome: 'FAILED' });
  expect(await ran()).toEqual(['pay 13', 'pay 99']);
}, 60_000);

it('79. a proxy that is killed during the wait runs nothing', async () => {
  const team = service.team();
  const { client, transport, ran } = await connectChanging(team);
  const call = pay(client, 1).catch((error: Error) => error);
  const id = await waiting(team);
  process.kill(transport.pid as number, 'SIGKILL');
  expect(await call).toBeInstanceOf(Error);
  await approve(team, id);
  await sleep(500);
  expect(await ran()).toEqual([]);
  const [review] = await read(team.reviewer, [id]);
  expect(review).toMatchObject({ processed: false });
}, 60_000);

it('79. when the client leaves, the run ends and what waits is rejected', async () => {
  const team = service.team();
  const { client, ran } = await connectChanging(team);
  const call = pay(client, 1).catch((error: Error) => error);
  const id = await waiting(team);
  await client.close();
  await call;
  for (;;) {
    const [review] = await read(team.reviewer, [id]);
    if (review?.status === 'REJECTED') break;
    await sleep(50);
  }
  expect(await ran()).toEqual([]);
}, 60_000);

it('79. a service that is away lets nothing through, and one that is back does', async () => {
  const team = service.team();
  const proxy = await switchedProxy(service.url);
  const { client, ran } = await connectChanging(team, { HOLDPOINT_URL: proxy.url });
  proxy.target = null;
  proxy.cut();
  const result = await pay(client, 1, { timeout: 40_000 });
  expect(result).toHaveProperty('isError', true);
  expect(textOf(result)).toMatch(/^The call was not approved: Holdpoint cannot be reached/);
  expect((await client.listTools()).tools).not.toEqual([]);
  proxy.target = service.url;
  const call = pay(client, 2);
  await approve(team, await waiting(team));
  expect(textOf(await call)).toBe('pay ran with 2');

  // The answer to consuming is lost: it is repeated with the same key.
  const lost = pay(client, 3);
  const id = await waiting(team);
  proxy.swallowAnswerTo = 'mutation ConsumeReview';
  await approve(team, id);
  expect(textOf(await lost)).toBe('pay ran with 3');
  expect(await ran()).toEqual(['pay 2', 'pay 3']);
}, 60_000);

it('79. the server does not get the token', async () => {
  const team = service.team();
  const { notes } = await connectChanging(team);
  expect(await readFile(notes, 'utf8')).toBe('env \n');
});

it.each([
  ['a wrong token', { HOLDPOINT_TOKEN: 'wrong' }, [process.execPath, changing], /token/i],
  ['no token', { HOLDPOINT_TOKEN: '' }, [process.execPath, changing], /no token/],
  ['a program that is not there', {}, ['/no/such/program'], /Cannot start the MCP server/],
  ['no server', {}, [], /give either/],
])('79. does not start with %s', async (_, env, command, message) => {
  const team = service.team();
  const child = spawn(process.execPath, proxyArgs(['--', ...command]), {
    env: { ...(await envOf(team)), NOTES: join(folder, 'none'), ...env },
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(message);
});

/** Sends lines as they are, and returns what comes back. */
async function lines(team: Team, sent: readonly string[], count: number) {
  const notes = join(await mkdtemp(join(folder, 'notes-')), 'notes');
  const child = spawn(process.execPath, proxyArgs(['--', process.execPath, changing]), {
    env: { ...(await envOf(team)), NOTES: notes },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill());
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  child.stdin.write(sent.map((line) => `${line}\n`).join(''));
  while (text.split('\n').length <= count || !existsSync(notes)) await sleep(30);
  const ran = (await readFile(notes, 'utf8')).split('\n').slice(1, -1);
  return {
    answers: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    ran,
  };
}

it('79. batches, unknown methods, tasks and malformed lines are refused', async () => {
  const call = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'pay', arguments: { n: 1 } },
  };
  const sent = [
    JSON.stringify([call]),
    '{',
    '{"id": 2}',
    '"x"',
    JSON.stringify({ ...call, id: 3, method: 'tools/execute' }),
    JSON.stringify({ ...call, id: 4, method: 'tasks/list' }),
    JSON.stringify({ ...call, id: 5, method: 'Tools/Call' }),
    JSON.stringify({ ...call, id: 6, params: { ...call.params, task: { ttl: 1 } } }),
    JSON.stringify({ ...call, id: 7, params: { arguments: {} } }),
    JSON.stringify({ ...call, id: 8, params: { name: 'pay', arguments: [1] } }),
    JSON.stringify({ jsonrpc: '2.0', method: 'tools/call', params: call.params }),
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/other' }),
    JSON.stringify({ ...call, id: 9, extra: 1 }),
  ];
  const { answers, ran } = await lines(service.team(), sent, 11);
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    [null, -32600],
    [null, -32700],
    [2, -32600],
    [null, -32600],
    [3, -32601],
    [4, -32601],
    [5, -32601],
    [6, -32602],
    [7, -32602],
    [8, -32602],
    [9, -32600],
  ]);
  expect(ran).toEqual([]);
});

it('79. two calls with one ID, and an answer of the server that nobody waits for', async () => {
  const team = service.team();
  const call = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'pay', arguments: { n: 1 } },
  };
  const { answers, ran } = await lines(team, [JSON.stringify(call), JSON.stringify(call)], 1);
  expect(answers).toMatchObject([{ id: 1, error: { message: 'Another call has this ID' } }]);
  expect(ran).toEqual([]);
});

it('79. numbers that are not exact are refused rather than changed', async () => {
  const line =
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","arguments":{"n":9007199254740993}}}';
  const { answers, ran } = await lines(service.team(), [line], 1);
  expect(answers[0].result).toMatchObject({ isError: true });
  expect(ran).toEqual([]);
});

it('79. 80. the policy decides about calls: what it allows runs at once, what it denies never', async () => {
  const team = service.team();
  await savePolicy(service, team.user, [
    { ruleId: 'small', when: 'node == "bank/pay" && payload.n <= 5', effect: 'ALLOW' },
    { ruleId: 'huge', when: 'payload.n > 1000', effect: 'DENY', reason: 'Too much.' },
  ]);
  const { client, ran } = await connectChanging(team);
  expect(textOf(await pay(client, 5))).toBe('pay ran with 5');
  expect(textOf(await pay(client, 5))).toBe('pay ran with 5');
  const denied = await pay(client, 2_000);
  expect(denied).toHaveProperty('isError', true);
  expect(textOf(denied)).toContain('Too much.');
  const call = pay(client, 6);
  const id = await waiting(team);
  expect(await ran()).toEqual(['pay 5', 'pay 5']);
  await vote(team.reviewer, id);
  expect(textOf(await call)).toBe('pay ran with 6');
});
