import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const READS = 100;

it('a read that crosses changes of a review is repeated and has no errors', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'moving', { payload: { version: 0 } });
  let isDone = false;
  const changing = (async () => {
    for (let version = 1; !isDone; version++) {
      await service.sql(
        `UPDATE "PendingReview" SET "payload" = '{"version":${version}}' WHERE "nodeExecId" = 'moving'`,
      );
      await pause(5);
    }
  })();
  const document = '{ reviews(nodeExecIds: ["moving"]) { subjectDigest payload } }';
  try {
    for (let read = 0; read < READS; read++) {
      const { errors } = await reviewer.answer(document);
      expect(errors).toEqual([]);
    }
  } finally {
    isDone = true;
    await changing;
  }
});
