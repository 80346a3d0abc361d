import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../packages/client/src/createClient.ts';
import { pathProxy } from '../support/pathProxy.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { SocketClient } from './socketClient.ts';

const PATH = '/tools/holdpoint';
const pages = await reviewerPages();
const database = await testDatabase();

async function behind(keepsPath: boolean) {
  const { publicUrl, forwardTo } = await pathProxy(PATH, keepsPath);
  const service = await testService({ database, config: { publicUrl } });
  forwardTo(service.url);
  return { publicUrl, service };
}

describe.each([
  ['keeps', await behind(true)],
  ['removes', await behind(false)],
] as const)('behind a proxy that %s the path', (_what, { publicUrl, service }) => {
  /** Opens an address of the page and notes everything that the page requests. */
  async function open(path: string) {
    const requested: string[] = [];
    const page = await pages.openAsNobody(publicUrl, {
      path,
      before: async (created: Page) => {
        created.on('request', (request) => requested.push(request.url()));
        created.on('websocket', (socket) => requested.push(socket.url()));
      },
    });
    return { page, requested };
  }

  it('the page shows, decides and follows reviews, and never leaves the path', async () => {
    const { agent, reviewer } = service.team();
    const { page, requested } = await open(`/#token=${await reviewer.token}`);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(page.url()).toBe(`${publicUrl}/`);

    // An agent that knows only the public URL asks, and is told of the decision.
    const client = createClient({ url: publicUrl, token: await agent.token });
    const outcome = client.review({
      execution: 'copilot-session-1',
      node: 'send',
      nodeExecId: 'one',
      graph: 'mails',
      payload: { to: 'ann' },
    });
    await page.locator('[data-row="one"]').click();
    await expect.poll(() => page.url()).toBe(`${publicUrl}/r/one`);
    await page.reload();
    await page.getByRole('button', { name: 'Edit…' }).click();
    await page.getByText('No changes yet').waitFor(); // the editor is a file of its own
    await page.getByRole('button', { name: 'Close' }).click();
    await page.waitForTimeout(LOOK_MS);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    expect(await outcome).toMatchObject({ approved: true });

    await page.getByRole('link', { name: 'Awaiting result' }).click();
    await expect.poll(() => page.url()).toBe(`${publicUrl}/unreported`);
    await page.getByRole('link', { name: 'Holdpoint' }).click();
    await expect.poll(() => page.url()).toBe(`${publicUrl}/`);
    await page.getByText('Live', { exact: true }).waitFor();

    const places = new Set(requested.map((url) => url.replace(/^ws/, 'http')));
    expect([...places].filter((url) => !url.startsWith(`${publicUrl}/`))).toEqual([]);
    expect([...places]).toContain(`${publicUrl}/graphql`);
    const stored = await page.evaluate(() => Object.keys(localStorage));
    expect(stored.toSorted()).toEqual([`holdpoint.seen${PATH}`, `holdpoint.token${PATH}`]);
  }, 60_000);

  it('the page opens without the slash at the end, and at the address of a list', async () => {
    for (const path of ['', '/unexecuted', '/r/none']) {
      const { page } = await open(path);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await page.close();
    }
  });

  it('queries and event streams are answered', async () => {
    const { agent, reviewer } = service.team();
    const headers = {
      authorization: `Bearer ${await reviewer.token}`,
      'content-type': 'application/json',
    };
    const post = (query: string, accept: string) =>
      fetch(`${publicUrl}/graphql`, {
        method: 'POST',
        headers: { ...headers, accept },
        body: JSON.stringify({ query }),
      });
    for (const accept of ['application/json', 'application/*']) {
      const answer = await post('{ viewer { actor } }', accept);
      expect(await answer.json()).toEqual({ data: { viewer: { actor: 'reviewer' } } });
    }
    const byGet = await fetch(`${publicUrl}/graphql?query={viewer{actor}}`, { headers });
    expect(await byGet.json()).toEqual({ data: { viewer: { actor: 'reviewer' } } });

    const stream = await post(
      'subscription { reviewEvents(after: "0") { nodeExecId } }',
      'text/event-stream',
    );
    await agent.query(
      `mutation { requestReview(input: { nodeExecId: "streamed", graphExecId: "copilot-session-1",
        graphId: "g", graphVersion: 1 }) { __typename } }`,
    );
    let received = '';
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      received += chunk;
      if (received.includes('"streamed"')) break;
    }
    expect(received).toContain('event: next');
  });

  it('GraphiQL asks below the path', async () => {
    const { reviewer } = service.team();
    const { page, requested } = await open(`/graphql#token=${await reviewer.token}`);
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.graphiql-response').getByText('"reviewer"').waitFor();
    expect(requested.filter((url) => !/^(blob|data):/.test(url))).toEqual(
      expect.arrayContaining([`${publicUrl}/graphql`]),
    );
    expect(requested.filter((url) => /^http/.test(url) && !url.startsWith(publicUrl))).toEqual([]);
    await page.close();
  }, 30_000);

  it('the page may open WebSockets, and pages of other origins may not', async () => {
    const stateOf = async (origin: string) => {
      const client = new SocketClient(publicUrl, { origin });
      const refused = new Promise<number>((resolve) =>
        client.socket.on('unexpected-response', (_request, response) =>
          resolve(response.statusCode ?? 0),
        ),
      );
      const state = await Promise.race([refused, client.open().then(() => 101)]);
      client.socket.terminate();
      return state;
    };
    expect(await stateOf(new URL(publicUrl).origin)).toBe(101);
    expect(await stateOf('https://evil.example.com')).toBe(403);
  });

  it('health is answered, and other paths are not found', async () => {
    expect((await fetch(`${publicUrl}/health`)).status).toBe(200);
    expect((await fetch(`${publicUrl}/ready`)).status).toBe(200);
    const missing = await fetch(`${publicUrl}/nowhere`);
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain(`GraphQL is at ${PATH}/graphql`);
    for (const path of [`${PATH}x/health`, `${PATH}graphql`, `/x${PATH}/health`]) {
      expect((await fetch(service.url + path)).status, path).toBe(404);
    }
  });
});
