import { createServer } from 'node:http';
import {
  createClient,
  InvalidInputError,
  QuotaExceededError,
  RefusedError,
} from '@holdpoint/client';
import { expect, it } from 'vitest';
import { digestOfBytes, download, png } from '../attachments/files.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const inRun = { graphExecId: 'copilot-session-1', graphId: 'g', graphVersion: 1 };

it('89. an uploaded file is an object for the payload', async () => {
  const { agent, reviewer } = service.team();
  const holdpoint = createClient({ url: service.url, token: await agent.token });
  const file = await holdpoint.uploadAttachment(png, { mediaType: 'image/png', name: 'a.png' });
  expect(file).toEqual({ $attachment: digestOfBytes(png), name: 'a.png' });
  expect(await holdpoint.uploadAttachment(new Uint8Array(png).buffer)).toEqual({
    $attachment: digestOfBytes(png),
  });
  const asked = await holdpoint.requestReview({ nodeExecId: 'r', ...inRun, payload: { file } });
  expect(asked.state).toBe('WAITING');
  const response = await download(reviewer, file.$attachment);
  expect(response.headers.get('content-type')).toBe('image/png');
});

it('89. what the service would refuse is not sent', async () => {
  const { agent } = service.team();
  const holdpoint = createClient({ url: service.url, token: await agent.token });
  const failure = (bytes: Uint8Array, mediaType?: string) =>
    holdpoint.uploadAttachment(bytes, mediaType === undefined ? {} : { mediaType }).then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(await failure(new Uint8Array(0))).toBeInstanceOf(InvalidInputError);
  expect(await failure(new Uint8Array(5_000_001))).toMatchObject({ issues: [{ path: 'bytes' }] });
  expect(await failure(png, 'png')).toMatchObject({ issues: [{ path: 'mediaType' }] });
});

it('89. a token without review:request cannot upload', async () => {
  const { reviewer } = service.team();
  const holdpoint = createClient({ url: service.url, token: await reviewer.token });
  const error = await holdpoint.uploadAttachment(png).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ code: 'FORBIDDEN' });
});

it('89. an upload is retried while the service is away, and a full workspace is an error', async () => {
  const { agent } = service.team();
  let uploads = 0;
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/base/attachments') {
      uploads++;
      if (uploads === 1) return void response.writeHead(502).end('away');
      if (uploads === 3) {
        const extensions = { code: 'QUOTA_EXCEEDED', quota: 'STORED_BYTES' };
        return void response
          .writeHead(507)
          .end(JSON.stringify({ errors: [{ message: 'full', extensions }] }));
      }
    }
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(service.url + (request.url ?? '').replace('/base', ''), {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  const holdpoint = createClient({
    url: `http://127.0.0.1:${port}/base`,
    token: await agent.token,
    onRetry() {},
  });
  expect(await holdpoint.uploadAttachment(png)).toEqual({ $attachment: digestOfBytes(png) });
  const error = await holdpoint.uploadAttachment(png).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(QuotaExceededError);
  expect(error).toMatchObject({ quota: 'STORED_BYTES' });
  expect(uploads).toBe(3);
  proxy.closeAllConnections();
  proxy.close();
});
