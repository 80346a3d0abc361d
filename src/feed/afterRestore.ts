import pg from 'pg';
import { applicationName } from '../database/applicationName.ts';
import { connectedProcesses } from '../database/connectedProcesses.ts';

/** The actor in the events of the approvals that become void. */
const ACTOR = 'command line';

/** Processes are connected that would go on with what they read before. */
export class ProcessesConnectedError extends Error {
  constructor(names: readonly string[]) {
    super(
      `Stop all other Holdpoint processes first. These are connected: ${names.join(', ')}. ` +
        'Nothing was changed.',
    );
  }
}

export type AfterRestore = {
  /** When this was done: the voided approvals have it as their `voidedAt`. */
  at: Date;
  /** How many feeds continue with new numbers. */
  feeds: number;
  voidedApprovals: number;
  /** Consumed approvals for which the call that consumed them cannot be repeated any more. */
  endedCalls: number;
  revokedStandingApprovals: number;
  /** Consumed approvals without an outcome. They must be checked by hand, as must the others. */
  unreported: number;
  activeTokens: number;
  webhooks: number;
};

/**
 * Makes a database that was restored from a backup safe to use, in one transaction.
 *
 * In every workspace, event numbers continue after the current time in microseconds. That is more
 * than any number that was ever used, also of events that the backup does not have. So smaller
 * cursors are known to be from before the restore, and no two events have the same number.
 *
 * What may have been used or revoked since the backup ends: approvals that were not consumed,
 * repetitions of calls that consumed one, and standing approvals.
 * @throws ProcessesConnectedError
 */
export async function afterRestore(url: string): Promise<AfterRestore> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName('after-restore'),
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('BEGIN');
    const connected = await connectedProcesses(client);
    if (connected.length > 0) throw new ProcessesConnectedError(connected);
    const result = await changeAll(client);
    await client.query('COMMIT');
    return result;
  } finally {
    // Closing the connection rolls back an open transaction.
    await client.end();
  }
}

async function changeAll(client: pg.Client): Promise<AfterRestore> {
  const change = async (sql: string) => (await client.query(sql)).rowCount ?? 0;

  await client.query(`UPDATE "FeedEpoch" SET "start" = greatest(
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
    "start" + 1,
    (SELECT max("lastNumber") + 1 FROM "OwnerCounter"))`);
  const feeds = await change(
    'UPDATE "OwnerCounter" SET "lastNumber" = (SELECT "start" FROM "FeedEpoch")',
  );

  await client.query(`SELECT set_config('holdpoint.actor', $1, true)`, [ACTOR]);
  const voidedApprovals = await change(`UPDATE "PendingReview" SET "voidedAt" = now()
    WHERE "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL`);
  const endedCalls = await change(`UPDATE "PendingReview" SET "callDigest" = NULL
    WHERE "callDigest" IS NOT NULL AND "outcome" IS NULL`);
  const { rowCount: revokedStandingApprovals } = await client.query(
    `UPDATE "AutoApproval" SET "revokedAt" = now(), "revokedBy" = $1 WHERE "revokedAt" IS NULL`,
    [ACTOR],
  );

  const { rows } = await client.query(`SELECT now() AS "at",
    (SELECT count(*) FROM "PendingReview"
      WHERE "status" = 'APPROVED' AND "consumedAt" IS NOT NULL AND "outcome" IS NULL)::int
      AS "unreported",
    (SELECT count(*) FROM "ApiToken"
      WHERE "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now()))::int
      AS "activeTokens",
    (SELECT count(*) FROM "Webhook")::int AS "webhooks"`);
  return {
    ...(rows[0] as AfterRestore),
    feeds,
    voidedApprovals,
    endedCalls,
    revokedStandingApprovals: revokedStandingApprovals ?? 0,
  };
}
