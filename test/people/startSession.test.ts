import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Queries } from '../../src/database/connections.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import type { Statement } from '../../src/database/statement.ts';
import { defaultSessionTimes } from '../../src/identity/sessions.ts';
import { commandLine, type Manager, type PeopleStore } from '../../src/people/changePeople.ts';
import { startSession } from '../../src/people/identities.ts';
import { setMember, unlinkMember } from '../../src/people/setMember.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());
const store = { database, notifyFeed: () => {} };

const newPerson = () => ({
  userId: `owner-${randomUUID()}`,
  actor: 'ada',
  issuer: 'https://id.example.com',
  subject: 'a',
  displayName: null,
  email: null,
  groups: [],
  scopes: ['review:decide' as const],
  idToken: null,
});

const sessionsLeft = async (userId: string) => {
  const [row] = await service.sql(
    `SELECT count(*)::int AS "left" FROM "Session" WHERE "userId" = $1 AND "revokedAt" IS NULL`,
    [userId],
  );
  return row?.['left'];
};

it('sessions end for good when the member is disabled', async () => {
  const person = newPerson();
  const manager = commandLine(person.userId);
  await startSession(database, person, defaultSessionTimes);
  await setMember(store, manager, { actor: 'ada', disabled: true });
  await expect(startSession(database, person, defaultSessionTimes)).rejects.toThrow('is disabled');
  await setMember(store, manager, { actor: 'ada', disabled: false });
  expect(await sessionsLeft(person.userId)).toBe(0);
  await startSession(database, person, defaultSessionTimes);
  expect(await sessionsLeft(person.userId)).toBe(1);
});

it('sessions end when the member becomes an agent', async () => {
  const person = newPerson();
  await startSession(database, person, defaultSessionTimes);
  await setMember(store, commandLine(person.userId), { actor: 'ada', kind: 'AGENT' });
  expect(await sessionsLeft(person.userId)).toBe(0);
});

it.each([
  [
    'disabled',
    (store: PeopleStore, manager: Manager) =>
      setMember(store, manager, { actor: 'ada', disabled: true }),
  ],
  [
    'unlinked',
    (store: PeopleStore, manager: Manager) => unlinkMember(store, manager, { actor: 'ada' }),
  ],
])('no session is left if the member is %s in the middle of the sign-in', async (_, change) => {
  const person = newPerson();
  await startSession(database, person, defaultSessionTimes);
  let changed: Promise<void> | undefined;
  await startSession(
    afterBinding(async () => {
      changed = change(store, commandLine(person.userId));
      await Promise.race([changed, pause(LOCKED_MS)]);
    }),
    person,
    defaultSessionTimes,
  );
  await changed;
  expect(await sessionsLeft(person.userId)).toBe(0);
});

/** Longer than a change takes that waits for no lock. */
const LOCKED_MS = 300;

/** The database, with something in between once the identity is bound. */
function afterBinding(work: () => Promise<void>): Database {
  const watched = ({ query }: Queries): Queries => ({
    async query<Row>(statement: Statement, values: unknown[]) {
      const rows = await query<Row>(statement, values);
      if (statement.name === 'bindIdentity') await work();
      return rows;
    },
  });
  return {
    ...database,
    ...watched(database),
    transaction: (inside) => database.transaction((queries) => inside(watched(queries))),
  };
}
