import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { createColors } from 'picocolors';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../packages/client/src/connect.ts';
import {
  DecideReviewsDocument,
  RequestReviewDocument,
  type ReviewDecision,
  ReviewsDocument,
  ReviseReviewDocument,
} from '../../packages/client/src/generated/graphql.ts';
import { watchFeed } from '../../src/cli/watch/feed.ts';
import { serveReviewer } from '../../src/cli/watch/reviewer.ts';
import { Screen } from '../../src/cli/watch/screen.ts';
import { Terminal } from '../../src/cli/watch/terminal.ts';
import { mustSet, rule } from '../policy/operations.ts';
import { company, reassign, vote } from '../support/ballots.ts';
import { consume, readOutcome, report } from '../support/outcomes.ts';
import { type Team, testService } from '../support/testService.ts';
import { runHoldpoint, startProgram } from './runProgram.ts';

const service = await testService();
const PATIENCE_MS = 5_000;

type Asked = {
  id: string;
  payload?: unknown;
  editable?: boolean;
  instructions?: string;
  headline?: string;
  risk?: 'LOW' | 'HIGH';
  tags?: string[];
  expiresAt?: string;
  approvalsRequired?: { teamId?: string; actors?: string[]; count?: number }[];
  kind?: 'QUESTION';
  answerSchema?: unknown;
  reversible?: boolean;
  links?: { title: string; url: string }[];
  allowedDecisions?: ReviewDecision[];
};

const ask = ({ agent }: Pick<Team, 'agent'>, { id, payload = { n: 1 }, ...rest }: Asked) =>
  agent.query(RequestReviewDocument, {
    input: {
      nodeExecId: `copilot-node-${id}`,
      graphExecId: 'copilot-session-s',
      graphId: 'g',
      graphVersion: 1,
      payload,
      ...rest,
    },
  });

const read = async ({ reviewer }: Team, id: string) =>
  (await reviewer.query(ReviewsDocument, { nodeExecIds: [`copilot-node-${id}`] })).reviews[0];

/** A reviewer who uses `watch`: the text on their screen, and their keyboard. */
async function sitDown(
  { reviewer }: Pick<Team, 'reviewer'>,
  openEditor: (text: string) => Promise<string> = async (text) => text,
  mine = false,
) {
  const client = connect({ url: reviewer.url, token: await reviewer.token });
  const [input, output] = [new PassThrough(), new PassThrough()];
  let seen = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  const columns = () => 100;
  const terminal = new Terminal({ input, output, isTerminal: false, columns });
  const look = () => ({ columns: columns(), colors: createColors(false) });
  const screen = new Screen({ print: (text) => terminal.print(text), look, mine });
  const stop = new AbortController();
  const ended = serveReviewer({ client, screen, terminal, openEditor });
  const following = watchFeed(client, screen, stop.signal, { mine });
  onTestFinished(async () => {
    stop.abort();
    await following;
    terminal.close();
  });
  let from = 0;
  return {
    ended,
    type: (line: string) => void input.write(`${line}\n`),
    /** Waits until new text on the screen matches, and returns all new text. */
    async sees(pattern: RegExp): Promise<string> {
      const limit = Date.now() + PATIENCE_MS;
      while (!pattern.test(seen.slice(from))) {
        if (Date.now() > limit) throw new Error(`${pattern} is not in: ${seen.slice(from)}`);
        await pause(10);
      }
      const news = seen.slice(from);
      from = seen.length;
      return news;
    },
  };
}

it('shows pending reviews, oldest first, then new ones, and their outcomes', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1', instructions: 'Please' });
  await ask(team, { id: 'x:2' });
  const person = await sitDown(team);
  const before = await person.sees(/Review 2.*payload/s);
  expect(before).toMatch(/Review 1\n.*agent +agent, asked \ds ago.*x:1.*message +Please/s);

  await ask(team, { id: 'y:1' });
  await person.sees(/Review 3\n│ agent +agent.*copilot-node-y\n.*"n": 1/s);
  const other = service.as({ user: team.user, actor: 'ben' });
  await other.query(DecideReviewsDocument, {
    input: { decisions: [{ nodeExecId: 'copilot-node-x:1', decision: 'REJECT', message: 'no' }] },
  });
  await person.sees(/Review 1: rejected by ben: "no"/);
});

it('43. shows what is required and missing, who has voted, and votes', async () => {
  const { agent, as } = await company(service, { finance: ['ada', 'ben'] });
  await ask({ agent }, { id: 'x:1', approvalsRequired: [{ teamId: 'finance', count: 2 }] });
  const ada = await sitDown({ reviewer: as('ada') });
  const cleo = await sitDown({ reviewer: as('cleo') });
  await ada.sees(/approvals +0 of 2 of team finance, 2 missing/);
  await cleo.sees(/you +may not approve: others were asked; you can only reject it/);
  cleo.type('a 1');
  await cleo.sees(/Review 1: not saved: .*cleo may not/);
  ada.type('a 1 fine');
  // The answer and the event, in either order.
  const [answer, event] = ['your approval counts: 1 of 2', 'approved by ada; 1 of 2'];
  await ada.sees(new RegExp(`${answer}.*${event}|${event}.*${answer}`, 's'));
  await cleo.sees(/Review 1: approved by ada; 1 of 2 approvals/);
  cleo.type('s 1');
  await cleo.sees(/approvals +1 of 2 of team finance, 1 missing\n│ +approved by ada: "fine"/);
  ada.type('l');
  await ada.sees(/\(1 of 2 approvals\)/);
  ada.type('w 1');
  await ada.sees(/Review 1: your approval was taken back: 0 of 2 approvals/);
  await cleo.sees(/Review 1: ada took their approval back; 0 of 2 approvals/);
  ada.type('a 1');
  await ada.sees(/1 of 2 approvals/);
  await vote(as('ben'), 'copilot-node-x:1');
  await ada.sees(/Review 1: approved by ben/);
});

it('74. shows the headline, risk and tags, which rules ask and why, and what the policy decides', async () => {
  const team = service.team();
  const ops = service.as({ user: team.user, actor: 'ops', scopes: ['policy:manage'] });
  const rules = [
    rule('refunds-over-500', 'payload.amount > 500', 'REVIEW', { risk: 'HIGH' }),
    rule('never-eve', 'payload.to == "eve"', 'DENY', { reason: 'Frozen' }),
    rule('small', 'payload.amount <= 5', 'ALLOW'),
  ];
  const { version } = await mustSet(ops, { rules });
  const person = await sitDown(team);
  const summary = { headline: 'Refund\u202e 800', tags: ['money', 'refund'] };
  await ask(team, { id: 'x:1', payload: { to: 'ada', amount: 800 }, ...summary });
  const card = await person.sees(/Review 1\n.*payload/s);
  expect(card).toMatch(/Review 1\n│ headline +Refund\\u202e 800\n│ risk +HIGH\n/);
  expect(card).toMatch(/\n│ tags +money, refund\n│ policy +asked because: refunds-over-500\n/);

  await ask(team, { id: 'x:2', payload: { to: 'ada', amount: '800' } });
  await person.sees(
    /policy +asked because: refunds-over-500\n│ +could not evaluate refunds-over-500: cannot compare .*\n│ +could not evaluate small: /,
  );
  person.type('l');
  await person.sees(/1 .*\(risk HIGH\).* Refund\\u202e 800\n/);

  await ask(team, { id: 'x:3', payload: { to: 'eve', amount: 1 } });
  await person.sees(/x:3: rejected by the policy: "Denied by rule never-eve: Frozen"/);
  await ask(team, { id: 'x:4', payload: { to: 'ada', amount: 1 } });
  await person.sees(/x:4: approved by the policy: "Allowed by rule small"/);

  await mustSet(ops, { rules, mode: 'SHADOW', basedOnVersion: version });
  await ask(team, { id: 'x:5', payload: { to: 'eve', amount: 1 } });
  await person.sees(/policy +would be denied by: never-eve \(not enforced\)\n/);
});

it('43. shows the names of the teams and actors that are asked', async () => {
  const { user, agent, as } = await company(service, { finance: ['ada', 'ben'] });
  const name = 'Finance \u202eDept.';
  await service.sql(`UPDATE "Team" SET "name" = $1 WHERE "userId" = $2`, [name, user]);
  const approvalsRequired = [{ teamId: 'finance' }, { actors: ['ada', 'ben'] }, { count: 2 }];
  await ask({ agent }, { id: 'x:1', approvalsRequired });
  const ada = await sitDown({ reviewer: as('ada') });
  await ada.sees(
    /approvals +0 of 1 of team Finance \\u202eDept\. \(finance\), 1 missing\n│ +0 of 1 of ada, ben, 1 missing\n│ +0 of 2, 2 missing/,
  );
});

it('47. takes a decision back, and shows that the review waits again', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1' });
  const person = await sitDown(team);
  await person.sees(/payload/);
  person.type('a 1');
  await person.sees(/Review 1: approved by reviewer/);
  person.type('w 1 wrong customer');
  // The answer and the event come in either order.
  await person.sees(
    /^(?=.*the decision was taken back, and the review waits again).*reviewer took the decision back: "wrong customer". It waits again.*Review 2\n/s,
  );
  person.type('w 9');
  await person.sees(/Review 9: there is none with this number/);
  person.type('r 2');
  await person.sees(/Review 2: rejected by reviewer/);
});

it('52. shows claims, and needs a second look to decide what somebody else has claimed', async () => {
  const { agent, as } = await company(service);
  await ask({ agent }, { id: 'x:1' });
  await ask({ agent }, { id: 'x:2', approvalsRequired: [{ actors: ['ben'] }] });
  const ada = await sitDown({ reviewer: as('ada') });
  const ben = await sitDown({ reviewer: as('ben') });
  await ada.sees(/Review 2.*payload/s);
  await ben.sees(/Review 2.*payload/s);
  ben.type('c 1');
  await ben.sees(/Review 1: claimed by you for 10 minutes/);
  await ada.sees(/Review 1: claimed by ben/);
  ada.type('c 1');
  await ada.sees(/Review 1: not claimed: .*claimed by ben until/);
  ada.type('c 2');
  await ada.sees(/Review 2: not claimed: you may not approve: others were asked/);
  ada.type('s 1');
  await ada.sees(
    /claimed +by ben, ends in \d+m.*you +may not approve: somebody else has claimed it/s,
  );
  ada.type('a 1');
  await ada.sees(/Review 1: not saved: ben has claimed it. To decide it all the same, repeat/);
  ada.type('a 1');
  await ada.sees(/Review 1: approved by ada/);
  ben.type('c 2');
  await ben.sees(/Review 2: claimed by you/);
  ben.type('u 2');
  await ben.sees(/Review 2: no longer claimed by you/);
  await ada.sees(/Review 2: no longer claimed by ben/);
});

it('50. --mine shows only what the reviewer may decide, also after a reassignment', async () => {
  const { agent, as } = await company(service, { finance: ['ada'] });
  await ask({ agent }, { id: 'theirs:1', approvalsRequired: [{ actors: ['ben'] }] });
  await ask({ agent }, { id: 'mine:1', approvalsRequired: [{ teamId: 'finance' }] });
  const ada = await sitDown({ reviewer: as('ada') }, undefined, true);
  expect(await ada.sees(/Review 1.*mine:1.*payload/s)).not.toContain('theirs:1');
  await ask({ agent }, { id: 'theirs:2', approvalsRequired: [{ actors: ['ben'] }] });
  await ask({ agent }, { id: 'mine:2' });
  expect(await ada.sees(/Review 2.*mine:2/s)).not.toContain('theirs:2');
  const answer = await reassign(as('ben'), {
    nodeExecId: 'copilot-node-theirs:2',
    approvalsRequired: [{ teamId: 'finance' }],
    reason: 'away',
  });
  expect(answer).toMatchObject({ __typename: 'ReassignReviewPayload' });
  await ada.sees(/Review 3.*theirs:2/s);
});

const yesOrNo = { type: 'boolean' };
const question = (id: string, answerSchema: unknown, more: Partial<Asked> = {}) => ({
  ...{ id, kind: 'QUESTION' as const, answerSchema, headline: `What about ${id}?` },
  ...more,
});

it('81. shows questions with their form, and answers them', async () => {
  const team = service.team();
  const amount = { type: 'object', properties: { amount: { maximum: 100 } } };
  await ask(team, question('pick:1', { enum: ['main', 'escrow', 7] }));
  await ask(team, question('yes:1', yesOrNo));
  await ask(team, question('form:1', amount));
  await ask(team, question('text:1', { type: 'string' }, { payload: { about: 'x' } }));
  const person = await sitDown(team);
  const seen = await person.sees(/Question 4.*answer +text/s);
  expect(seen).toMatch(/Question 1\n│ headline +What about pick:1\?/);
  expect(seen).toMatch(/answer +1\) "main"\n│ +2\) "escrow"\n│ +3\) 7/);
  expect(seen).toMatch(/Question 2.*answer +y or n/s);
  expect(seen).toMatch(/Question 3.*answer +JSON that fits this schema:\n.*"maximum": 100/s);
  expect(seen).toMatch(/Question 4.*context +\{\n.*"about": "x"/s);

  person.type('a 1 4');
  await person.sees(/Review 1: not sent: type a number from 1 to 3/);
  person.type('a 1 2');
  await person.sees(/Review 1: answered by reviewer with "escrow"/);
  person.type('a 2');
  await person.sees(/Answer: /);
  person.type('N');
  await person.sees(/Review 2: answered by reviewer with false/);
  person.type('a 3 amount 5');
  await person.sees(/Review 3: not sent: type it as JSON/);
  person.type('a 3 {"amount": 500}');
  await person.sees(/Review 3: not saved: .*answer\.amount/);
  person.type('a 3 {"amount": 5.0}');
  await person.sees(/Review 3: answered by reviewer with \{"amount":5\.0\}/);
  person.type('e 4');
  await person.sees(/A question is answered with a/);
  person.type('r 4 nobody knows');
  await person.sees(/Review 4: rejected by reviewer: "nobody knows"/);
  expect((await read(team, 'pick:1'))?.answer).toBe('escrow');
  expect((await read(team, 'yes:1'))?.answer).toBe(false);
});

it('81. text that looks like anything is the answer to a question for text', async () => {
  const team = service.team();
  const person = await sitDown(team);
  await ask(team, question('text:1', { type: 'string' }));
  await person.sees(/Question 1/);
  person.type('a 1 42');
  await person.sees(/Review 1: answered by reviewer with "42"/);
});

it('84. asks for changes, shows what a revision changed, comments, and approves the revision', async () => {
  const team = service.team();
  const person = await sitDown(team);
  const links = [{ title: 'The order', url: 'https://shop.example.com/17' }];
  await ask(team, { id: 'fixed:1' });
  await ask(team, {
    ...{ id: 'mail:1', payload: { to: 'all', n: 1 }, reversible: false, links },
    allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'],
  });
  const seen = await person.sees(/Review 2.*also +m: ask for changes/s);
  expect(seen).toMatch(/undo +not possible/);
  expect(seen).toMatch(/links +The order: https:\/\/shop\.example\.com\/17/);
  person.type('m 1 less');
  await person.sees(/Review 1: not saved: .*APPROVE, REJECT/s);
  person.type('m 2');
  await person.sees(/Review 2: not saved/);
  person.type('m 2 testers only');
  await person.sees(/Review 2: reviewer asked for changes: "testers only"/);

  const nodeExecId = 'copilot-node-mail:1';
  const [asked] = (await team.agent.query(ReviewsDocument, { nodeExecIds: [nodeExecId] })).reviews;
  await team.agent.query(ReviseReviewDocument, {
    input: {
      nodeExecId,
      basedOnDigest: asked?.payloadDigest ?? '',
      payload: { to: 'testers', n: 1 },
      note: 'Only testers',
    },
  });
  const revised = await person.sees(/Review 3.*"n": 1/s);
  expect(revised).toMatch(/Review 2: revised by agent/);
  expect(revised).toMatch(/revision +2\n│ +reviewer asked for changes: "testers only"/);
  expect(revised).toMatch(/the agent: "Only testers"/);
  expect(revised).toMatch(/- +"to": "all".*\+ +"to": "testers"/s);

  person.type('n 3 looks better');
  await person.sees(/reviewer comments: "looks better"/);
  person.type('s 3');
  await person.sees(/comments +reviewer \(revision 2\): "looks better"/);
  person.type('a 3 thank you');
  await person.sees(/Review 3: approved by reviewer: "thank you"/);
  expect(await read(team, 'mail:1')).toMatchObject({ status: 'APPROVED', revision: 2 });
});

it('approves and rejects, and shows each result once', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1' });
  await ask(team, { id: 'x:2' });
  const person = await sitDown(team);
  await person.sees(/Review 2.*payload/s);
  person.type('a 1 well done');
  await person.sees(/Review 1: approved by reviewer: "well done"\n/);
  person.type('r 2 too expensive');
  await person.sees(/Review 2: rejected by reviewer: "too expensive"\n/);
  person.type('a 1');
  expect(await person.sees(/No pending review 1/)).not.toMatch(/approved/);

  expect(await read(team, 'x:1')).toMatchObject({ status: 'APPROVED', wasEdited: false });
  expect(await read(team, 'x:2')).toMatchObject({
    status: 'REJECTED',
    reviewMessage: 'too expensive',
  });
});

it('shows what an edit changes and asks for confirmation before it sends it', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1', payload: { price: 100, b: 1 } });
  const edits = ['{ not json', '{"price": 90, "b": 1}'];
  const person = await sitDown(team, async () => edits.shift() ?? '');
  await person.sees(/payload/);
  person.type('e 1');
  await person.sees(/Invalid JSON.*Keep editing/s);
  person.type('y');
  await person.sees(/- +"price": 100,\n\+ +"price": 90,\n.*Approve with this change/s);
  expect((await read(team, 'x:1'))?.status).toBe('WAITING');
  person.type('y');
  await person.sees(/approved by reviewer with an edit/);
  expect(await read(team, 'x:1')).toMatchObject({ payload: { price: 90, b: 1 }, wasEdited: true });
});

it('sends an edit that is nested as deep as the payload', async () => {
  const team = service.team();
  const nested = (value: number) => [[[[[[[[[[[[value]]]]]]]]]]]];
  await ask(team, { id: 'x:1', payload: nested(1) });
  const person = await sitDown(team, async () => JSON.stringify(nested(2)));
  await person.sees(/payload/);
  person.type('e 1');
  await person.sees(/Approve with this change/);
  person.type('y');
  await person.sees(/approved by reviewer with an edit/);
  expect(await read(team, 'x:1')).toMatchObject({ payload: nested(2), wasEdited: true });
});

it('sends no edit if nothing was changed, it is not confirmed, or editing is disabled', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1' });
  await ask(team, { id: 'x:2', editable: false });
  const edits = ['{"n": 1}', '{"n": 2}'];
  const person = await sitDown(team, async () => edits.shift() ?? '');
  await person.sees(/Review 2.*editable +no/s);
  person.type('e 1');
  await person.sees(/No changes/);
  person.type('e 1');
  await person.sees(/Approve with this change/);
  person.type('n');
  await person.sees(/Nothing was sent/);
  person.type('e 2');
  await person.sees(/Editing is disabled/);
  person.type('a 2');
  await person.sees(/Review 2: approved/);
  expect((await read(team, 'x:1'))?.status).toBe('WAITING');
});

it('explains what "approve all" covers before it is confirmed', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1' });
  const person = await sitDown(team);
  await person.sees(/payload/);
  person.type('A 1');
  await person.sees(/step +copilot-node-x\n +run +copilot-session-s\n.*\(y\/n\)/s);
  person.type('y');
  await person.sees(/all future requests for copilot-node-x in copilot-session-s are appr\s+oved/);
  const { requestReview } = await ask(team, { id: 'x:2' });
  expect(requestReview).toMatchObject({ state: 'APPROVED', result: { autoApproved: true } });
});

it('never approves unseen requests: a new request under the same id has a new number', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1', payload: 'harmless' });
  const person = await sitDown(team);
  await person.sees(/"harmless"/);
  await team.agent.query(
    'mutation { deleteReview(input: { nodeExecId: "copilot-node-x:1" }) { __typename } }',
  );
  await ask(team, { id: 'x:1', payload: 'harmful' });
  await person.sees(/Review 1: deleted by agent.*Review 2.*"harmful"/s);
  person.type('a 1');
  await person.sees(/No pending review 1/);
  expect((await read(team, 'x:1'))?.status).toBe('WAITING');
});

it('only approves what was shown, even if the review is replaced just before the decision', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1', payload: 'harmless' });
  const person = await sitDown(team);
  await person.sees(/"harmless"/);
  // With the trigger disabled no event is recorded, as if it had not arrived yet.
  await service.sql('ALTER TABLE "PendingReview" DISABLE TRIGGER USER');
  await service.sql(
    `UPDATE "PendingReview" SET "payload" = '"harmful"', "originalPayload" = '"harmful"' WHERE "userId" = $1`,
    [team.user],
  );
  await service.sql('ALTER TABLE "PendingReview" ENABLE TRIGGER USER');
  person.type('a 1');
  await person.sees(/approved/);
  expect(await read(team, 'x:1')).toMatchObject({ status: 'APPROVED', payload: 'harmless' });
});

it('says who decided first', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1', payload: [[[[[[[[[[[1]]]]]]]]]]] });
  await ask(team, { id: 'x:2' });
  const person = await sitDown(team);
  await person.sees(/Review 2.*payload/s);
  await service.sql('ALTER TABLE "PendingReview" DISABLE TRIGGER USER');
  await service.sql(
    `UPDATE "PendingReview" SET "status" = 'REJECTED', "decidedBy" = 'ben', "decisionSource" = 'REVIEWER'
    WHERE "userId" = $1`,
    [team.user],
  );
  await service.sql('ALTER TABLE "PendingReview" ENABLE TRIGGER USER');
  for (const number of [1, 2]) {
    person.type(`a ${number}`);
    await person.sees(/not saved, someone else was first: rejected by ben/);
  }
});

it('shows the time left, and distinguishes an expiry from a rejection', async () => {
  const team = service.team();
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  await ask(team, { id: 'x:1', expiresAt: inMs(250_000) });
  await ask(team, { id: 'x:2' });
  const person = await sitDown(team);
  expect(await person.sees(/Review 2.*payload/s)).toMatch(/^│ expires +in 4m$/m);
  person.type('l');
  expect(await person.sees(/^ +2 .*\{"n":1\}/m)).toMatch(/^ +1 .*\(expires in 4m\)/m);
  await ask(team, { id: 'x:3', expiresAt: inMs(900) });
  await person.sees(/Review 3.*expires/s);
  await person.sees(/Review 3: expired without a decision/);
  await team.reviewer.query(DecideReviewsDocument, {
    input: { decisions: [{ nodeExecId: 'copilot-node-x:2', decision: 'REJECT' }] },
  });
  await person.sees(/Review 2: rejected by reviewer/);
});

it('says that a decision came too late, or was about something else', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1' });
  await ask(team, { id: 'x:2' });
  const person = await sitDown(team);
  await person.sees(/Review 2.*payload/s);
  // With the trigger disabled no event is recorded, as if it had not arrived yet.
  await service.sql('ALTER TABLE "PendingReview" DISABLE TRIGGER "reviewsUpdated"');
  const set = (columns: string, id: string) =>
    service.sql(`UPDATE "PendingReview" SET ${columns} WHERE "userId" = $1 AND "nodeExecId" = $2`, [
      team.user,
      `copilot-node-${id}`,
    ]);
  await set(`"status" = 'REJECTED', "decisionSource" = 'EXPIRY'`, 'x:1');
  await set(`"payload" = '"other"'`, 'x:2');
  await service.sql('ALTER TABLE "PendingReview" ENABLE TRIGGER "reviewsUpdated"');
  person.type('a 1');
  await person.sees(/Review 1: not saved: expired without a decision/);
  for (const decision of ['a', 'r']) {
    person.type(`${decision} 2`);
    await person.sees(/Review 2: not saved: the review has changed since it was shown/);
  }
  expect((await read(team, 'x:2'))?.status).toBe('WAITING');
});

it('shows the outcome of an approval', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1' });
  const person = await sitDown(team);
  await person.sees(/payload/);
  person.type('a 1');
  await person.sees(/approved by reviewer/);
  const { payloadDigest } = await readOutcome(team.reviewer, 'copilot-node-x:1');
  await consume(team.agent, 'copilot-node-x:1', payloadDigest);
  await person.sees(/Review 1: agent picked up the decision/);
  await report(team.agent, 'copilot-node-x:1', 'FAILED', 'no route');
  await person.sees(/Review 1: reported as FAILED: "no route"/);
});

it('does not let an agent control the terminal or forge a line', async () => {
  const team = service.team();
  await ask(team, {
    id: 'x\n│ payload    "forged":1',
    payload: { '\u001b[2J': '\u202e\u009b' },
    instructions: '\u001b[1A\nReview 9\n│ payload    "forged"',
  });
  const person = await sitDown(team);
  const screen = await person.sees(/payload +\{.*\}\n/s);
  for (const character of ['\u001b', '\u009b', '\u202e']) expect(screen).not.toContain(character);
  expect(screen).not.toMatch(/^Review 9/m);
  expect(screen).not.toMatch(/^│ payload +"forged/m);
});

it('does not let text that an agent reports continue at the left edge', async () => {
  const team = service.team();
  await ask(team, { id: 'x:1', payload: { text: `${' '.repeat(300)}Review 9` } });
  const person = await sitDown(team, async (text) => text.replace('9', '8'));
  expect(await person.sees(/payload.*\}\n/s)).not.toMatch(/^ /m);
  person.type('e 1');
  expect(await person.sees(/Approve with this change/)).not.toMatch(/^.{101}/m);
  person.type('y');
  await person.sees(/approved by reviewer with an edit/);
  const { payloadDigest } = await readOutcome(team.reviewer, 'copilot-node-x:1');
  await consume(team.agent, 'copilot-node-x:1', payloadDigest);
  await report(team.agent, 'copilot-node-x:1', 'FAILED', `${' '.repeat(300)}Review 9`);
  const screen = await person.sees(/Review 1: reported as FAILED.*Review 9/s);
  expect(screen.replaceAll('> ', '')).not.toMatch(/^.{101}/m);
});

it('ends when the reviewer leaves', async () => {
  const person = await sitDown(service.team());
  await person.sees(/No pending reviews|all caught up/);
  person.type('q');
  await person.ended;
});

it('prints one JSON line per event if stdout is not a terminal, with payloads as they were sent', async () => {
  const team = service.team();
  const payload = '{"b":1.0,"2":0.12345678901234560}';
  const document = RequestReviewDocument.toString();
  const variables = (id: string) =>
    `{"input":{"nodeExecId":"${id}","graphExecId":"copilot-session-s","graphId":"g","graphVersion":1,"payload":${payload}}}`;
  await team.agent.raw(document, variables('copilot-node-x:1'));
  const url = team.reviewer.url;
  const watching = startProgram('src/main.ts', ['watch', '--url', url], {
    HOLDPOINT_TOKEN: await team.reviewer.token,
  });
  await watching.until(/"kind":"WAITING"/);
  await team.agent.raw(document, variables('copilot-node-x:2'));
  await watching.until(/"kind":"REQUESTED"/);
  watching.process.kill('SIGTERM');
  const { stdout, stderr, exitCode } = await watching.ended;
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).nodeExecId)).toEqual([
    'copilot-node-x:1',
    'copilot-node-x:2',
  ]);
  for (const line of lines) expect(line).toContain(`"payload":${payload}`);
});

it('reports in one line that the service is unreachable, or that the token is invalid', async () => {
  const away = await runHoldpoint(['watch', '--url', 'http://127.0.0.1:1/graphql'], {
    HOLDPOINT_TOKEN: 'holdpoint_x',
  });
  expect(away.exitCode).toBe(1);
  expect(away.stderr).toMatch(
    /^Holdpoint cannot be reached at [^\n]*\(HOLDPOINT_URL\)\. To start it here: [^\n]* serve\n$/,
  );
  const unknown = await runHoldpoint(['watch', '--url', `${service.url}/graphql`], {
    HOLDPOINT_TOKEN: 'holdpoint_x',
  });
  expect(unknown).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^The API token is unknown[^\n]*holdpoint token create[^\n]*\n$/),
  });
});
