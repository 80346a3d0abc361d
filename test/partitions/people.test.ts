import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { defaultSessionTimes } from '../../src/identity/sessions.ts';
import { endAccess, startSession } from '../../src/people/identities.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { allStatementsRun, onPartitions } from './onPartitions.ts';

await onPartitions('people/members', 'people/startSession', 'people/teams', 'people/tokens');

const database = await testDatabase();
const person = {
  ...{ userId: 'acme', issuer: 'i', subject: 's', displayName: null, email: null },
  ...{ groups: ['none'], scopes: [], idToken: null },
};

it('an identity signs in as one member only', async () => {
  const connections = openDatabase(database.url);
  await startSession(connections, { ...person, actor: 'bob', subject: 'b' }, defaultSessionTimes);
  const again = startSession(
    connections,
    { ...person, actor: 'ben', subject: 'b' },
    defaultSessionTimes,
  );
  await expect(again).rejects.toThrow('your identity is linked to bob');
  await connections.close();
});

it('ends the access of somebody whose groups no longer allow anything', async () => {
  await database.sql(
    `INSERT INTO "Member" ("userId", "actor", "issuer", "subject") VALUES ('acme', 'ann', 'i', 's')`,
  );
  const connections = openDatabase(database.url);
  await endAccess(connections, { ...person, actor: 'ann' });
  await connections.close();
  expect(await database.sql(`SELECT "groups" FROM "Member" WHERE "actor" = 'ann'`)).toEqual([
    { groups: ['none'] },
  ]);
});

allStatementsRun('people/!(delegations|possible|readPeople)');
