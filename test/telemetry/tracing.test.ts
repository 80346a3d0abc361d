import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppProcess, askFor, openStream, post, startApp, tokenFor } from '../app/startApp.ts';
import { startProgram } from '../cli/runProgram.ts';
import { SocketClient } from '../server/socketClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET } from '../support/testService.ts';
import {
  attributesOf,
  type OtlpReceiver,
  otlpReceiver,
  type ReceivedSpan,
} from './otlpReceiver.ts';

const database = await testDatabase();
const token = await tokenFor('an-agent', 'an-owner');
const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

const env = { DATABASE_URL: database.url, LOG_LEVEL: 'silent' };
/** Prints which telemetry packages are loaded. */
const hook = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  const [, name] = /node_modules\\/(@opentelemetry|prom-client|@grpc)\\//.exec(url) ?? [];
  if (name) console.error('loaded ' + name);
  return next(url, context);
} });`;
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(hook)}`;

async function end({ child, exited }: AppProcess): Promise<number> {
  const start = performance.now();
  child.kill('SIGTERM');
  await exited;
  return performance.now() - start;
}

describe('with the standard OpenTelemetry variables', () => {
  let receiver: OtlpReceiver;
  let app: AppProcess;

  beforeAll(async () => {
    receiver = await otlpReceiver();
    app = await startApp({
      ...env,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
  });
  afterAll(async () => {
    await end(app);
    receiver.close();
  });

  const childrenOf = (parent: ReceivedSpan) =>
    receiver.spans().filter(({ parentSpanId }) => parentSpanId === parent.spanId);

  it('a request is a span, and its statements are child spans', async () => {
    await post(app.line, token, askFor('first'));
    const request = await receiver.span(({ name }) => name === 'mutation requestReview');
    expect(request.kind).toBe(SERVER);
    expect(request.parentSpanId ?? '').toBe('');
    expect(attributesOf(request)).toEqual({
      'graphql.operation.type': 'mutation',
      'holdpoint.operation': 'mutation requestReview',
      'holdpoint.outcome': 'ok',
      'holdpoint.transport': 'http',
    });
    const statement = await receiver.span(({ name }) => name === 'requestReview');
    expect(statement).toMatchObject({ kind: CLIENT, traceId: request.traceId });
    expect(childrenOf(request)).toContainEqual(statement);
    expect(attributesOf(statement)).toEqual({
      'db.system.name': 'postgresql',
      'db.query.summary': 'requestReview',
    });
    expect(receiver.text()).toContain('"holdpoint"');
  });

  it("the caller's trace is continued over HTTP and WebSocket", async () => {
    const parent = 'b7ad6b7169203331';
    const traces = { http: '0af7651916cd43dd8448eb211c80319c', websocket: 'a'.repeat(32) };
    const traceparent = (trace: string) => `00-${trace}-${parent}-01`;
    await fetch(`${app.line}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        traceparent: traceparent(traces.http),
      },
      body: JSON.stringify({ query: '{ viewer { actor } }' }),
    });
    const socket = await SocketClient.enter(app.line, token);
    socket.send({
      id: '1',
      type: 'subscribe',
      payload: {
        query: '{ viewer { actor } }',
        extensions: { traceparent: traceparent(traces.websocket) },
      },
    });
    await socket.message('next', '1');
    await socket.close();
    for (const [transport, traceId] of Object.entries(traces)) {
      const span = await receiver.span((found) => found.traceId === traceId);
      expect(span).toMatchObject({ name: 'query viewer', parentSpanId: parent });
      expect(attributesOf(span)['holdpoint.transport']).toBe(transport);
    }
  });

  it('reading the feed is a root span, but idle polls have none', async () => {
    const stream = await openStream(app.line, token, 'subscription { reviewEvents { kind } }');
    await receiver.span(({ name }) => name === 'subscription reviewEvents');
    expect(receiver.spans().filter(({ name }) => name === 'feed read')).toEqual([]);
    await post(app.line, token, askFor('second'));
    const read = await receiver.span(({ name }) => name === 'feed read');
    expect(read.parentSpanId ?? '').toBe('');
    expect(attributesOf(read)).toEqual({ 'holdpoint.events': 1 });
    // Nor do other background statements.
    const roots = receiver.spans().filter(({ parentSpanId }) => !parentSpanId);
    expect(roots.filter(({ kind, name }) => kind !== SERVER && name !== 'feed read')).toEqual([]);
    stream.close();
  });

  it('an internal error is marked with its code; a rejected request is not an error', async () => {
    await post(app.line, token, '{ shoeSize }');
    const refused = await receiver.span(
      (span) => attributesOf(span)['holdpoint.outcome'] === 'GRAPHQL_VALIDATION_FAILED',
    );
    expect(refused.status.code ?? 0).toBe(0);

    await database.sql('ALTER TABLE "AutoApproval" RENAME TO "Gone"');
    await post(app.line, token, askFor('third'));
    await database.sql('ALTER TABLE "Gone" RENAME TO "AutoApproval"');
    const fault = await receiver.span(
      (span) => attributesOf(span)['holdpoint.outcome'] === 'INTERNAL_SERVER_ERROR',
    );
    expect(fault.status.code).toBe(ERROR);
    const [statement] = childrenOf(fault);
    expect(statement?.status.code).toBe(ERROR);
    expect(statement && attributesOf(statement)['error.type']).toBe('42P01');
  });

  it('spans contain no payloads, variables, tokens, owners or ids', async () => {
    const query = `mutation NameOfTheClient { requestReview(input: { nodeExecId: "id-of-a-step",
      graphExecId: "copilot-session-7", graphId: "name-of-a-graph", graphVersion: 1,
      instructions: "words for the reviewer", payload: { sum: "words of the payload" } }) { __typename } }`;
    await post(app.line, token, query);
    await post(
      app.line,
      token,
      '{ viewer { actor userId } hasPendingReviews(graphExecId: "last") }',
    );
    await receiver.span(({ name }) => name === 'query several');
    const text = receiver.text();
    expect(text).not.toMatch(
      /an-owner|an-agent|id-of-a-step|copilot|name-of-a-graph|words for|words of|NameOfTheClient|"sum"|eyJ|SELECT|INSERT/,
    );
  });
});

describe('telemetry packages', () => {
  it.each([
    ['without the variables', {}],
    [
      'with the exporter "none"',
      { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'x' },
    ],
    [
      'with the SDK disabled',
      { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
    ],
  ])('are not loaded %s', async (_, otel) => {
    const app = await startApp({ ...env, ...otel, NODE_ENV: 'production', NODE_OPTIONS });
    await post(app.line, token, askFor('quiet'));
    await end(app);
    expect(app.output()).not.toMatch(/loaded/);
  });

  it('are loaded if they are enabled, so the test above can detect them', async () => {
    const app = await startApp({ ...env, NODE_OPTIONS, OTEL_TRACES_EXPORTER: 'otlp' });
    await end(app);
    expect(app.output()).toMatch(/loaded @opentelemetry/);
    expect(app.output()).toMatch(/loaded prom-client/);
  });

  it('affect neither requests nor the shutdown if the collector is unreachable', async () => {
    const service = startProgram('src/main.ts', ['serve'], {
      ...env,
      PORT: '0',
      HOLDPOINT_JWT_SECRET: JWT_SECRET,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    });
    await service.until(/listens on/);
    const [url = ''] = /http:\/\/[\d.:]+/.exec(service.output.stdout) ?? [];
    const { text } = await post(url, token, askFor('away'));
    expect(text).toContain('RequestReviewPayload');
    const start = performance.now();
    service.process.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ exitCode: 0 });
    expect(performance.now() - start).toBeLessThan(4_000);
  });
});
