import { mkdir, readFile, writeFile } from 'node:fs/promises';
import {
  answer,
  approve,
  inTurn,
  requestChanges,
  scriptedReviewer,
} from '@holdpoint/client/testing';
import { expect, it } from 'vitest';
import { startProgram } from '../cli/runProgram.ts';
import { company } from '../support/ballots.ts';
import { testService } from '../support/testService.ts';
import { blocksIn } from './markdown.ts';

// In node_modules, so that imports resolve as in a reader's project.
const FOLDER = 'node_modules/.cache/docs-snippets';

const service = await testService();

const programs: { name: string; code: string }[] = [];
for (const document of ['README.md', 'docs/agents.md']) {
  const blocks = blocksIn(await readFile(document, 'utf8'));
  blocks.forEach(({ language, code }, at) => {
    if (language === 'js') programs.push({ name: `${document.replaceAll('/', '-')}-${at}`, code });
  });
}

it('the documents contain programs', () => expect(programs.length).toBeGreaterThan(4));

it.each(programs)('the program $name runs', async ({ name, code }) => {
  const { agent, as } = await company(service, { finance: ['cleo'], managers: ['dana'] });
  const bringsReviewer = code.includes('scriptedReviewer');
  const [token, ada, ben] = (await Promise.all(
    ['cleo', 'ada', 'ben'].map((actor) => as(actor).token),
  )) as [string, string, string];
  const several = inTurn([approve(), approve({ as: 'ada' }), approve({ as: 'ben' })], {
    when: ({ approvalsRequired }) => approvalsRequired.length > 0,
  });
  await using _ = await scriptedReviewer({
    url: service.url,
    token,
    people: { ada, ben },
    script: bringsReviewer
      ? []
      : [
          several,
          answer('escrow', { when: ({ kind }) => kind === 'QUESTION' }),
          requestChanges('Friendlier', {
            when: ({ allowedDecisions }) => allowedDecisions.includes('REQUEST_CHANGES'),
          }),
          approve({ times: Number.POSITIVE_INFINITY }),
        ],
  });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/${name}.mjs`, code);
  const { exitCode, stderr } = await startProgram(`${FOLDER}/${name}.mjs`, [], {
    HOLDPOINT_URL: service.url,
    HOLDPOINT_TOKEN: await agent.token,
    REVIEWER_TOKEN: token,
  }).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
