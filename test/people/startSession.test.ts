import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
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
  // Holds the sign-in up once it has written everything, but not committed it.
  const blocker = await service.database.pool.connect();
  onTestFinished(() => blocker.release());
  await blocker.query('BEGIN');
  await blocker.query('SELECT 1 FROM "PeopleVersion" WHERE "userId" = $1 FOR UPDATE', [
    person.userId,
  ]);
  const started = startSession(database, person, defaultSessionTimes);
  await pause(LOCKED_MS);
  const changed = change(store, commandLine(person.userId));
  await pause(LOCKED_MS);
  await blocker.query('COMMIT');
  await Promise.all([started, changed]);
  expect(await sessionsLeft(person.userId)).toBe(0);
});

/** Long enough for a statement to wait for a lock. */
const LOCKED_MS = 300;
