// The baseline: the same answers from the same tables and triggers, with node:http and pg alone. No
// GraphQL, tokens or input checks; the owner in the header is trusted.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { PAGE } from '../samples.ts';

/** Same as Holdpoint. */
const MAX_CONNECTIONS = 10;

const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: MAX_CONNECTIONS,
});

const page = {
  name: 'page',
  text: `SELECT "nodeExecId", "nodeId", "payload", "status" FROM "PendingReview"
    WHERE "userId" = $1 AND "status" = 'WAITING'
    ORDER BY "createdAt" DESC, "nodeExecId" DESC LIMIT ${PAGE}`,
};

const insert = {
  name: 'insert',
  text: `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy")
    VALUES ($1, $2, $3, $4, $5, $2, $6, 'agent')
    ON CONFLICT DO NOTHING RETURNING "nodeExecId", "status"`,
};

const update = {
  name: 'update',
  text: `UPDATE "PendingReview" SET "status" = 'APPROVED', "wasEdited" = false, "decidedBy" = 'reviewer',
      "decisionSource" = 'REVIEWER', "reviewedAt" = now(), "updatedAt" = now()
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND "status" = 'WAITING'
    RETURNING "nodeExecId", "status"`,
};

const consume = {
  name: 'consume',
  text: `UPDATE "PendingReview" SET "processed" = true, "consumedAt" = now(), "consumedBy" = 'agent',
      "updatedAt" = now()
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND "status" = 'APPROVED' AND NOT "processed"
      AND "payloadDigest" = $3
    RETURNING "nodeExecId", "status", "payload"`,
};

async function answer(request: IncomingMessage): Promise<unknown> {
  const userId = request.headers['x-owner'];
  if (request.url === '/page') {
    const { rows } = await pool.query({ ...page, values: [userId] });
    const edges = rows.map(({ payload, ...review }) => ({
      node: { ...review, payload: JSON.parse(payload) },
    }));
    return { pendingReviews: { edges } };
  }
  const input = JSON.parse(await read(request));
  if (request.url === '/requestReview') {
    const { nodeExecId, graphExecId, graphId, graphVersion, payload } = input;
    const values = [userId, nodeExecId, graphExecId, graphId, graphVersion, payload];
    const { rows } = await pool.query({ ...insert, values });
    return { requestReview: { review: rows[0] } };
  }
  if (request.url === '/consumeReview') {
    const { rows } = await pool.query({
      ...consume,
      values: [userId, input.nodeExecId, input.payloadDigest],
    });
    const { payload: data, ...review } = rows[0];
    return { consumeReview: { review, result: { data: JSON.parse(data) } } };
  }
  const { rows } = await pool.query({ ...update, values: [userId, input.decisions[0].nodeExecId] });
  return { decideReviews: { reviews: rows } };
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => resolve(body));
  });
}

const server = createServer(async (request, response) => {
  let status = 200;
  const body = await answer(request).then(
    (data) => ({ data }),
    (error: Error) => {
      status = 500;
      return { errors: [{ message: error.message }] };
    },
  );
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
});

server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit());
