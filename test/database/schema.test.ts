import { expect, it } from 'vitest';
import { differencesFromSchema } from '../support/schemaEngine.ts';
import { testDatabase } from '../support/testDatabase.ts';

const database = await testDatabase();

// Prisma ignores what its schema cannot express: triggers, functions, collations, partial indexes.
it('the migrations and prisma/schema.prisma agree', async () => {
  expect(await differencesFromSchema(database.url)).toEqual([]);
});

it('a column, enum value, index or default that only one of them has is detected', async () => {
  await database.sql('ALTER TABLE "ApiToken" ADD "extra" TEXT');
  await database.sql('ALTER TABLE "PendingReview" ALTER "instructions" SET NOT NULL');
  await database.sql('ALTER TABLE "PendingReview" ALTER "editable" DROP DEFAULT');
  await database.sql('ALTER TABLE "AutoApproval" ALTER "maxUses" TYPE BIGINT');
  await database.sql('DROP INDEX "ApiToken_userId_idx"');
  await database.sql(`ALTER TYPE "ReviewStatus" ADD VALUE 'EXTRA'`);
  const differences = (await differencesFromSchema(database.url)).join('\n');
  for (const trace of [
    'DROP COLUMN "extra"',
    'ALTER COLUMN "instructions" DROP NOT NULL',
    'ALTER COLUMN "editable" SET DEFAULT true',
    'ALTER COLUMN "maxUses" SET DATA TYPE INTEGER',
    'CREATE INDEX "ApiToken_userId_idx"',
    'CREATE TYPE "ReviewStatus_new"',
  ]) {
    expect(differences).toContain(trace);
  }
});
