// Receives Holdpoint's webhooks and prints a line for each event. Every message is verified with
// the library of Standard Webhooks first.
//
//   HOLDPOINT_WEBHOOK_SECRET=whsec_… PORT=8090 node receiver.ts

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const MAX_BYTES = 1_000_000;

type ReviewEvent = {
  type: string;
  data: { cursor: string; nodeExecId: string; actor: string; review: { status: string } | null };
};

const webhook = new Webhook(process.env['HOLDPOINT_WEBHOOK_SECRET'] ?? '');

// Messages can arrive more than once, with the same id. In production, keep the ids in your
// database.
const seen = new Set<string>();

const server = createServer(async (request, response) => {
  if (Number(request.headers['content-length'] ?? MAX_BYTES + 1) > MAX_BYTES) {
    return void response.writeHead(413).end();
  }
  const body = await text(request);
  let event: ReviewEvent;
  try {
    // Verify the body exactly as received: parsed and serialized again, it might differ.
    event = webhook.verify(body, request.headers as Record<string, string>) as ReviewEvent;
  } catch (error) {
    console.error(`refused: ${(error as Error).message}`);
    return void response.writeHead(400).end();
  }
  const id = String(request.headers['webhook-id']);
  if (!seen.has(id)) {
    seen.add(id);
    const { cursor, nodeExecId, actor, review } = event.data;
    console.log(`${cursor} ${event.type} ${nodeExecId} by ${actor}: ${review?.status ?? 'gone'}`);
  }
  // Without a 2xx status within ten seconds, the message is sent again. Do long work after this.
  response.writeHead(204).end();
});

server.listen(Number(process.env['PORT'] ?? 8090), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`);
});
