import { getIntrospectionQuery } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { SocketClient } from './socketClient.ts';

const database = await testDatabase();
const service = await testService({ database });
const production = await testService({ database, config: { production: true } });

const chromium = await openBrowser();
afterAll(() => chromium.close());

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const pageOf = (url: string) => fetch(`${url}/graphql`, { headers: { accept: browser } });

describe('in development', () => {
  it('a browser gets GraphiQL without a token', async () => {
    const response = await pageOf(service.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await response.text()).toMatch(/<title>Holdpoint<\/title>/);
  });

  it('GraphiQL loads nothing from other hosts', async () => {
    const html = await (await pageOf(service.url)).text();
    const markup = html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, (script) =>
      script.slice(0, script.indexOf('>') + 1),
    );
    expect(markup).not.toMatch(/(src|href)="?(https?:)?\/\//);
    expect(html).not.toMatch(/@import|cdn\.jsdelivr|unpkg\.com|fonts\.googleapis/);
    for (const [, address] of markup.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(address).toMatch(/^data:/);
    }
  });

  it('GraphiQL runs queries and subscriptions, completes names and shows the documentation under a policy that forbids other scripts', async () => {
    const { agent, reviewer } = service.team();
    const page = await chromium.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    const opened = await page.goto(`${service.url}/graphql#token=${await reviewer.token}`);
    const policy = opened?.headers()['content-security-policy'] ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-/);
    expect(policy.match(/script-src [^;]*/)?.[0]).not.toMatch(/unsafe|blob|\*|https?:/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.url()).toBe(`${service.url}/graphql`);

    const result = page.locator('.graphiql-response');
    const write = async (text: string) => {
      await page.locator('.graphiql-query-editor .view-lines').click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
    };
    await page.getByRole('button', { name: /Execute query/ }).click();
    await result.getByText('"reviewer"').waitFor();

    await write('subscription Live { reviewEvents(after: "0") { nodeExecId } }');
    await page.getByRole('tab', { name: 'Live' }).waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await agent.query(
      `mutation { requestReview(input: { nodeExecId: "shown-live", graphExecId: "copilot-session-1",
        graphId: "g", graphVersion: 1 }) { __typename } }`,
    );
    await result.getByText('"shown-live"').waitFor();

    // The worker completes names and finds mistakes.
    await write('{ viewer { acto } }');
    await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByText('pendingReviews', { exact: false }).first().waitFor();

    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "foreign"';
      document.head.append(script);
    });
    expect(await page.title()).toBe('Holdpoint');
    expect(errors.splice(-1)).toEqual([expect.stringMatching(/Content Security Policy/)]);
    expect(errors).toEqual([]);
    await page.close();
  }, 60_000);

  it('the default query and introspection work with a token', async () => {
    const html = await (await pageOf(service.url)).text();
    const [, literal] = /"defaultQuery":("(?:[^"\\]|\\.)*")/.exec(html) ?? [];
    const query = JSON.parse(literal ?? 'null');
    const { agent } = service.team();
    expect(await agent.query(query)).toMatchObject({
      viewer: { actor: 'agent' },
      pendingReviews: { totalCount: 0 },
    });
    const schema = await agent.query<{ __schema: { types: unknown[] } }>(getIntrospectionQuery());
    expect(schema.__schema.types.length).toBeGreaterThan(40);
  });

  it('queries still need a token', async () => {
    const url = `${service.url}/graphql?query=${encodeURIComponent('{ viewer { actor } }')}`;
    const page = await fetch(url, { headers: { accept: browser } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    for (const accept of ['application/json', '*/*', 'text/event-stream', 'TEXT/HTML']) {
      const response = await fetch(url, { headers: { accept } });
      expect(response.status, accept).toBe(401);
    }
    const posted = await fetch(url, { method: 'POST', headers: { accept: browser }, body: '{}' });
    expect(posted.status).toBe(401);
  });

  it('an unexpected error includes its message', async () => {
    await breakExecutions(async () => {
      const { text } = await service.team().agent.answer(broken);
      expect(text).toContain('GraphExecution.graphId');
    });
  });
});

describe('in production', () => {
  it('there is no GraphiQL', async () => {
    const response = await pageOf(production.url);
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const { agent } = production.team();
    const authorization = `Bearer ${await agent.token}`;
    const asked = await fetch(agent.url, { headers: { accept: browser, authorization } });
    expect(await asked.text()).not.toMatch(/<html/i);
  });

  it('introspection is disabled on every transport', async () => {
    const { agent } = production.team();
    const questions = [
      getIntrospectionQuery(),
      '{ __schema { queryType { name } } }',
      '{ __type(name: "Viewer") { fields { name } } }',
    ];
    for (const query of questions) {
      for (const _twice of [1, 2]) {
        const { data, errors } = await agent.answer(query);
        expect(data).toBeNull();
        expect(errors[0]?.message).toContain('introspection');
      }
      const socket = await SocketClient.enter(production.url, await agent.token);
      socket.subscribe('1', query);
      expect((await socket.message('error', '1')).payload[0].message).toContain('introspection');
      await socket.close();
    }
    expect(await agent.query('{ __typename viewer { __typename } }')).toBeTruthy();
  });

  it('errors suggest no names from the schema', async () => {
    const { agent } = production.team();
    const guesses: [string, Record<string, unknown>?][] = [
      ['{ viewr { actor } }'],
      ['{ viewer { actr } }'],
      ['{ pendingReviews(frst: 1) { totalCount } }'],
      ['query ($i: RequestReviewInpt) { viewer { actor } }'],
      ['mutation { registerExecution(input: { status: RUNING }) { __typename } }'],
      ['mutation { registerExecution(input: { graphExcId: "x" }) { __typename } }'],
      [
        'mutation ($s: ExecutionStatus) { registerExecution(input: { graphExecId: "e", graphId: "g", graphVersion: 1, status: $s }) { __typename } }',
        { s: 'RUNING' },
      ],
      [
        'mutation ($i: RegisterExecutionInput!) { registerExecution(input: $i) { __typename } }',
        { i: { graphExcId: 'e' } },
      ],
    ];
    for (const [query, variables] of guesses) {
      for (const _twice of [1, 2]) {
        const { errors, text } = await agent.answer(query, variables);
        expect(errors.length, query).toBeGreaterThan(0);
        expect(text).not.toContain('Did you mean');
      }
      const socket = await SocketClient.enter(production.url, await agent.token);
      socket.subscribe('1', query, variables);
      const answer = await Promise.any([socket.text('error', '1'), socket.text('next', '1')]);
      expect(answer).not.toContain('Did you mean');
      await socket.close();
    }
  });

  it('an unexpected error hides its message on every transport', async () => {
    const { agent } = production.team();
    await breakExecutions(async () => {
      for (const _twice of [1, 2]) {
        const { text, errors } = await agent.answer(broken);
        expect(errors[0]).toMatchObject({
          message: 'Something went wrong here',
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        });
        expect(text).not.toMatch(/does not exist|stack|select|prisma/i);
      }
      const socket = await SocketClient.enter(production.url, await agent.token);
      socket.subscribe('1', broken);
      const text = await socket.text('next', '1');
      expect(text).toContain('Something went wrong here');
      expect(text).not.toMatch(/does not exist|stack|select|prisma/i);
      await socket.close();
    });
  });
});

const broken = '{ graphExecution(graphExecId: "any") { graphId } }';

/** Causes internal errors while `work` runs, by renaming a column that the service reads. */
async function breakExecutions(work: () => Promise<void>): Promise<void> {
  await database.sql('ALTER TABLE "GraphExecution" RENAME COLUMN "graphId" TO "hidden"');
  try {
    await work();
  } finally {
    await database.sql('ALTER TABLE "GraphExecution" RENAME COLUMN "hidden" TO "graphId"');
  }
}
