import { describe, expect, it } from 'vitest';
import { requestChanges, revise } from '../reviews/talk.ts';
import { approve, ask, decide, readOne } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { attachmentsOf, digestOfBytes, named, png, upload } from './files.ts';

const service = await testService();
const inRun = { graphExecId: 'copilot-session-1' };
const mayChange = { ...inRun, allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] };

/** Another agent and another reviewer of the workspace. */
function more(user: string) {
  return {
    other: service.as({ user, actor: 'other-agent', scopes: ['review:request'] }),
    uploader: service.as({ user, actor: 'uploader', scopes: ['review:decide', 'review:request'] }),
  };
}

it('89. a payload names a file that its agent uploaded, and its digest covers the file', async () => {
  const { agent, reviewer } = service.team();
  const { digest } = await upload(agent, png, 'image/png');
  expect(digest).toBe(digestOfBytes(png));
  const payload = {
    to: 'ann',
    files: [named(digest, 'Überweisung 1.png'), { deep: named(digest) }],
  };
  expect(await ask(agent, 'r', { ...inRun, payload })).toMatchObject({ state: 'WAITING' });
  expect(await attachmentsOf(reviewer, 'r')).toEqual([
    {
      digest,
      name: 'Überweisung 1.png',
      mediaType: 'image/png',
      bytes: png.length,
      path: `/attachments/${digest}`,
    },
  ]);
  expect((await readOne(reviewer, 'r')).payload).toEqual(payload);
  expect(await approve(reviewer, 'r')).toMatchObject({ reviews: [{ status: 'APPROVED' }] });
  // Asking again gives the outcome, whatever became of the file.
  await service.sql('DELETE FROM "Attachment" WHERE "digest" = $1', [digest]);
  expect(await ask(agent, 'r', { ...inRun, payload })).toMatchObject({ state: 'APPROVED' });
});

describe('89. a file that the actor did not upload cannot be named', () => {
  const path = 'input.payload.files.0.$attachment';
  const refused = {
    issues: [{ path, message: expect.stringMatching(/is not a file that agent/) }],
  };

  it('because nobody has it', async () => {
    const { agent } = service.team();
    const payload = { files: [named(digestOfBytes('nobody'))] };
    expect(await ask(agent, 'r', { ...inRun, payload })).toMatchObject(refused);
  });

  it('because another agent uploaded it, or another workspace has it', async () => {
    const { agent, user } = service.team();
    const { other } = more(user);
    const { digest } = await upload(other, 'a file of the other agent');
    const payload = { files: [named(digest)] };
    expect(await ask(agent, 'r', { ...inRun, payload })).toMatchObject(refused);
    expect(await ask(service.team().agent, 'r', { ...inRun, payload })).toMatchObject(refused);
    expect(await ask(other, 'r', { ...inRun, payload })).toMatchObject({ state: 'WAITING' });
    // The same bytes, uploaded by oneself, are fine.
    await upload(agent, 'a file of the other agent');
    expect(await ask(agent, 'r-2', { ...inRun, payload })).toMatchObject({ state: 'WAITING' });
  });

  it('in a revision, while files that the review names already can stay', async () => {
    const { agent, reviewer, user } = service.team();
    const { other } = more(user);
    const own = await upload(agent, 'own');
    const foreign = await upload(other, 'foreign');
    const first = { files: [named(own.digest)] };
    await ask(agent, 'r', { ...mayChange, payload: first });
    await requestChanges(reviewer, 'r');
    const second = { files: [named(foreign.digest)] };
    expect(await revise(agent, 'r', first, second)).toMatchObject(refused);
    const third = { files: [], note: 'no file' };
    expect(await revise(agent, 'r', first, third)).toMatchObject({ review: { payload: third } });
    expect(await attachmentsOf(reviewer, 'r')).toEqual([]);
    const fourth = { kept: named(own.digest, 'own.txt') };
    expect(await revise(agent, 'r', third, fourth)).toMatchObject({ review: { payload: fourth } });
    expect(await attachmentsOf(reviewer, 'r')).toMatchObject([{ name: 'own.txt' }]);
  });

  it('in an edit, where reviewers can keep files and add those that they uploaded', async () => {
    const { agent, reviewer, user } = service.team();
    const { other, uploader } = more(user);
    const own = await upload(agent, 'of the agent');
    const foreign = await upload(other, 'of the other agent');
    const added = await upload(uploader, 'of the reviewer');
    await ask(agent, 'r', { ...inRun, payload: { file: named(own.digest) } });
    const edit = (payload: unknown) => [{ nodeExecId: 'r', decision: 'APPROVE', payload }];
    for (const digest of [foreign.digest, added.digest]) {
      expect(await decide(reviewer, edit({ file: named(digest) }))).toMatchObject({
        issues: [
          {
            path: 'input.decisions.0.payload.file.$attachment',
            message: expect.stringMatching(/is not a file that reviewer uploaded/),
          },
        ],
      });
    }
    const payload = { file: named(own.digest), more: named(added.digest) };
    expect(await decide(uploader, edit(payload))).toMatchObject({
      reviews: [{ status: 'APPROVED', wasEdited: true, payload }],
    });
    expect(await attachmentsOf(agent, 'r')).toMatchObject([
      { digest: own.digest },
      { digest: added.digest },
    ]);
  });
});

it.each([
  ['another member', { extra: 1 }, 'files.0.extra'],
  ['a name with a path', { name: '../../etc/passwd' }, 'files.0.name'],
  ['a name with a control character', { name: 'a\u0007.txt' }, 'files.0.name'],
  ['a name that reads backwards', { name: 'a\u202Egnp.exe' }, 'files.0.name'],
  ['an empty name', { name: ' ' }, 'files.0.name'],
  ['a name that is no text', { name: 1 }, 'files.0.name'],
  ['a long name', { name: 'x'.repeat(256) }, 'files.0.name'],
  ['a digest that is no text', { $attachment: null }, 'files.0.$attachment'],
  ['a digest in capitals', { $attachment: `sha256:${'A'.repeat(64)}` }, 'files.0.$attachment'],
  ['a digest with a path', { $attachment: 'sha256:../x' }, 'files.0.$attachment'],
])('89. an object that names a file is refused with %s', async (_what, members, path) => {
  const { agent } = service.team();
  const { digest } = await upload(agent, 'file');
  const payload = { files: [{ $attachment: digest, ...members }] };
  expect(await ask(agent, 'r', { ...inRun, payload })).toMatchObject({
    issues: [{ path: `input.payload.${path}` }],
  });
});

it('89. a key that is written with escapes names a file too', async () => {
  const { agent } = service.team();
  const text = `{"file": {"\\u0024attachment" : "${digestOfBytes('unknown')}"}}`;
  const { data } = await agent.raw<{ requestReview: object }>(
    `mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
      ... on InvalidInputError { issues { path } } } }`,
    `{"input":{"nodeExecId":"r","graphExecId":"copilot-session-1","graphId":"g","graphVersion":1,"payload":${text}}}`,
  );
  expect(data?.requestReview).toEqual({ issues: [{ path: 'input.payload.file.$attachment' }] });
  const literal = await agent.answer<{ requestReview: object }>(
    `mutation { requestReview(input: { nodeExecId: "r", graphExecId: "copilot-session-1",
      graphId: "g", graphVersion: 1, payload: "\\"$attachment\\": text" }) { __typename } }`,
  );
  expect(literal.data?.requestReview).toEqual({ __typename: 'RequestReviewPayload' });
});

it('89. a payload names at most 20 MB and 100 files', async () => {
  const { agent } = service.team();
  const files: string[] = [];
  for (let n = 0; n < 5; n++) {
    const bytes = Buffer.alloc(n < 4 ? 5_000_000 : 1, n);
    files.push((await upload(agent, bytes, 'application/zip')).digest);
  }
  const payloadOf = (digests: string[]) => digests.map((digest) => named(digest));
  expect(await ask(agent, 'r', { ...inRun, payload: payloadOf(files) })).toMatchObject({
    issues: [{ path: 'input.payload', message: expect.stringMatching(/20000001 bytes in all/) }],
  });
  // The same file counts once.
  const twice = [...files.slice(0, 4), ...files.slice(0, 4)];
  expect(await ask(agent, 'r', { ...inRun, payload: payloadOf(twice) })).toMatchObject({
    state: 'WAITING',
  });
  const many = Array.from({ length: 101 }, (_, n) => digestOfBytes(`${n}`));
  expect(await ask(agent, 'r-2', { ...inRun, payload: payloadOf(many) })).toMatchObject({
    issues: [{ path: 'input.payload', message: expect.stringMatching(/101 files/) }],
  });
});
