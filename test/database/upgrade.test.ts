import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { applicationName } from '../../src/database/applicationName.ts';
import { migrate, OlderProcessesError } from '../../src/database/migrate.ts';
import {
  approve,
  ask,
  autoApprovals,
  eventsOf,
  read,
  readOne,
  register,
  setProcessed,
} from '../support/operations.ts';
import { consume, readOutcome, report } from '../support/outcomes.ts';
import { differencesFromSchema } from '../support/schemaEngine.ts';
import { TestClient } from '../support/testClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

/** The schema and data of a database made by version 1.1. */
const fixture = await readFile(new URL('./fixtures/version-1.1.sql', import.meta.url), 'utf8');
/** The one API token in it. */
const MAILERS_TOKEN = 'holdpoint_854Kht-7AhZ212rNlRWfC_TwO7G8E3bQxsvWj693FFQ';

/** The part of graphile-worker's tables that matters, with a job of each of these tasks. */
const jobQueueOf = (...tasks: string[]) => `
  CREATE SCHEMA graphile_worker;
  CREATE TABLE graphile_worker._private_tasks ("id" SERIAL PRIMARY KEY, "identifier" TEXT UNIQUE);
  CREATE TABLE graphile_worker._private_jobs ("id" SERIAL PRIMARY KEY, "task_id" INT NOT NULL);
  INSERT INTO graphile_worker._private_tasks ("identifier") VALUES ('${tasks.join("'), ('")}');
  INSERT INTO graphile_worker._private_jobs ("task_id") SELECT "id" FROM graphile_worker._private_tasks;`;

const database = await testDatabase({ empty: true });
const blocked = await testDatabase({ empty: true });

type Row = Record<string, unknown>;
let before: Row[];

beforeAll(async () => {
  await database.pool.query(fixture + jobQueueOf('webhook'));
  await blocked.pool.query(fixture + jobQueueOf('webhook', 'mails of another application'));
  before = await database.sql(
    `SELECT "userId", "nodeExecId", "payload"::text AS "payload", "originalPayload"::text AS "original",
      "payloadDigest", "status", "processed", "decidedBy", "reviewMessage", "outcome"
    FROM "PendingReview" ORDER BY 1, 2`,
  );
});

it('an upgrade is refused while processes of the previous version run, and says so', async () => {
  const connect = async (name: string) => {
    const client = new pg.Client({ connectionString: blocked.url, application_name: name });
    await client.connect();
    return client;
  };
  const [bell, requests, newer] = [
    await connect('holdpoint bell'),
    await connect('holdpoint'),
    await connect(applicationName('notifications')),
  ];
  const refused = migrate(blocked.url);
  await expect(refused).rejects.toBeInstanceOf(OlderProcessesError);
  await expect(refused).rejects.toThrow(
    'Migration 0007_gate cannot run while processes of an older version are connected: ' +
      '1 × "holdpoint", 1 × "holdpoint bell". Stop all of them, then start again. The database was not changed.',
  );
  expect(await blocked.sql(`SELECT FROM "NodeExecution"`)).not.toEqual([]);
  await bell.end();
  await expect(migrate(blocked.url)).rejects.toThrow('1 × "holdpoint".');
  await requests.end();
  await expect.poll(() => migrate(blocked.url).catch(() => null)).toContain('0007_gate');
  await newer.end();
});

it('the old job queue is dropped, except for the jobs of other applications', async () => {
  await migrate(database.url);
  expect(await database.sql(`SELECT to_regnamespace('graphile_worker') AS "left"`)).toEqual([
    { left: null },
  ]);
  const left = await blocked.sql(
    `SELECT t."identifier" FROM graphile_worker._private_jobs j
    JOIN graphile_worker._private_tasks t ON t."id" = j."task_id"`,
  );
  expect(left).toEqual([{ identifier: 'mails of another application' }]);
});

it('every review keeps its exact payloads, its digest and its state', async () => {
  await migrate(database.url);
  const after = await database.sql(
    `SELECT "userId", "nodeExecId", "payload", coalesce("originalPayload", "payload") AS "original",
      "payloadDigest", "status", "processed", "decidedBy", "reviewMessage", "outcome"
    FROM "PendingReview" ORDER BY 1, 2`,
  );
  expect(after).toEqual(before);
  expect(after.length).toBeGreaterThan(15);
  expect(await differencesFromSchema(database.url)).toEqual([]);
  // The reviews have not changed, so there are no new events.
  const events = await database.sql(
    `SELECT "userId", max("number") AS "last", count(*) AS "count" FROM "ReviewEvent" GROUP BY 1 ORDER BY 1`,
  );
  expect(events).toEqual([
    { userId: 'acme', last: '42', count: '42' },
    { userId: 'other', last: '1', count: '1' },
  ]);
});

it('the service works with the old data: tokens, steps, decisions, approvals and the feed', async () => {
  const service = await testService({ database });
  const mailer = new TestClient(service.url, Promise.resolve(MAILERS_TOKEN));
  const ada = service.as({ user: 'acme', actor: 'ada', scopes: ['review:decide'] });
  const mail = {
    graphExecId: 'run-1',
    graphId: 'newsletter',
    graphVersion: 3,
    nodeId: 'send-mail',
  };

  const nodes = new Map(
    (await read(ada, ['waiting', 'waiting-without-node', 'copilot-node-a:b:2'])).map(
      ({ nodeExecId, nodeId }) => [nodeExecId, nodeId],
    ),
  );
  expect(Object.fromEntries(nodes)).toEqual({
    waiting: 'send-mail',
    'waiting-without-node': 'waiting-without-node',
    'copilot-node-a:b:2': 'copilot-node-a:b',
  });
  // A repeated request finds the same review, which is decided and consumed like any other.
  const { review } = await ask(mailer, 'waiting', mail);
  expect(review).toMatchObject({ status: 'WAITING', payload: { z: 1 } });
  const { subjectDigest } = await readOne(ada, 'waiting');
  expect(await approve(ada, 'waiting', { subjectDigest })).toMatchObject({ approvedCount: 1 });
  const { payloadDigest } = await readOutcome(mailer, 'waiting');
  expect(await consume(mailer, 'waiting', payloadDigest)).toMatchObject({
    review: { consumedBy: 'mailer' },
  });

  // An old approval can be consumed within 72 hours of the decision, and not later.
  const approvedDigest = (await readOutcome(mailer, 'approved')).payloadDigest;
  await database.sql(
    `UPDATE "PendingReview" SET "validUntil" = "validUntil" + (now() - "reviewedAt") - interval '1 hour'
    WHERE "nodeExecId" IN ('approved', 'approved-long-ago')`,
  );
  expect((await consume(mailer, 'approved', approvedDigest)).result).toMatchObject({
    status: 'APPROVED',
  });
  await database.sql(
    `UPDATE "PendingReview" SET "validUntil" = "reviewedAt" + interval '72 hours', "voidedAt" = NULL
    WHERE "nodeExecId" = 'approved-long-ago'`,
  );
  expect(await ask(mailer, 'approved-long-ago', mail)).toMatchObject({
    state: 'VOID',
    result: null,
  });
  expect(await report(mailer, 'consumed', 'EXECUTED')).toMatchObject({
    review: { outcome: 'EXECUTED' },
  });
  expect((await setProcessed(mailer, 'rejected')).changed).toBe(true);

  // A row written by hand, with an inexact number, can be read and decided.
  const byHand = await readOne(ada, 'by-hand');
  expect(byHand.nodeId).toBe('by-hand');
  expect(await approve(ada, 'by-hand', { subjectDigest: byHand.subjectDigest })).toMatchObject({
    approvedCount: 1,
  });

  // Standing approvals still apply to any agent of the run, and end within a day.
  const standing = await autoApprovals(ada, 'run-1');
  expect(standing).toHaveLength(4);
  expect(standing.find(({ nodeId }) => nodeId === 'read-mail')).toMatchObject({
    active: true,
    requestedBy: null,
    expiresAt: expect.any(String),
  });
  const passing = await ask(mailer, 'passes-now', { ...mail, nodeId: 'read-mail' });
  expect(passing).toMatchObject({ state: 'APPROVED', review: { decisionSource: 'AUTO_APPROVAL' } });

  // A run belongs to the agent that made its first request; without requests, to the next agent
  // that registers it.
  await expect(
    register(service.as({ user: 'acme', actor: 'payer', scopes: ['review:request'] }), 'run-1'),
  ).rejects.toThrow('was registered by another actor');
  expect(await register(mailer, 'run-1', { graphId: 'newsletter', graphVersion: 3 })).toMatchObject(
    {
      execution: { status: 'RUNNING' },
    },
  );
  expect(await register(mailer, 'run-5')).toMatchObject({ execution: { status: 'RUNNING' } });

  // Event numbers continue, and the events of a deleted review name who requested it.
  const [deleted] = await database.sql(
    `SELECT array_agg(DISTINCT "requestedBy") AS "askers" FROM "ReviewEvent" WHERE "nodeExecId" = 'deleted'`,
  );
  expect(deleted).toEqual({ askers: ['mailer'] });
  expect((await eventsOf(ada, 'waiting')).map(({ kind }) => kind)).toEqual([
    'REQUESTED',
    'APPROVED',
    'PROCESSED',
  ]);
  // A cursor from before the upgrade resumes where it was.
  const feed = ada.subscribe<{ reviewEvents: { cursor: string } }>(
    'subscription { reviewEvents(after: "40") { cursor } }',
  );
  const cursors = (await feed.take(4)).map(({ reviewEvents }) => reviewEvents.cursor);
  expect(cursors).toEqual(['41', '42', '43', '44']);
});
