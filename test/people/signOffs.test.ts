import fc from 'fast-check';
import { expect, it } from 'vitest';
import { company, delegate, readBallot, vote } from '../support/ballots.ts';
import { countingProxy } from '../support/countingProxy.ts';
import { ask } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const database = await testDatabase();
const proxy = await countingProxy(database.url);
database.beforeDrop(() => proxy.close());
const service = await testService({ database, config: { databaseUrl: proxy.url } });

const people = ['ada', 'ben', 'cleo', 'dan', 'agent'];
const teamIds = ['red', 'blue'];

const cases = fc.record({
  teams: fc.record({ red: fc.subarray(people), blue: fc.subarray(people) }),
  requirements: fc.array(
    fc.record({
      who: fc.oneof(
        fc.constantFrom(...teamIds).map((teamId) => ({ teamId })),
        fc.subarray(people, { minLength: 1 }).map((actors) => ({ actors })),
        fc.constant({}),
      ),
      count: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  delegations: fc.uniqueArray(
    fc.record({ from: fc.constantFrom(...people), to: fc.constantFrom(...people) }),
    { maxLength: 3, selector: ({ from, to }) => `${from} ${to}` },
  ),
  votes: fc.array(
    fc.record({
      actor: fc.constantFrom(...people),
      onBehalfOf: fc.option(fc.constantFrom(...people), { freq: 3 }),
    }),
    { maxLength: 8 },
  ),
});

type Requirement = { teamId?: string; actors?: string[]; count: number };
type Given = { actor: string; principal: string };

/** Tries to give each vote to each requirement. */
function suffices(
  requirements: readonly Requirement[],
  votes: readonly Given[],
  counts: (requirement: Requirement, vote: Given) => boolean,
): boolean {
  const open = requirements.find(({ count }) => count > 0);
  if (!open) return true;
  return votes.some(
    (vote, at) =>
      counts(open, vote) &&
      suffices(
        requirements.map((other) => (other === open ? { ...open, count: open.count - 1 } : other)),
        votes.filter((_, index) => index !== at),
        counts,
      ),
  );
}

it('43. a review is approved exactly when a brute-force search says so, and the requester never counts', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(cases, async ({ teams, requirements, delegations, votes }) => {
      const { agent, as, user } = await company(service, teams);
      const approvalsRequired = requirements.map(({ who, count }) => ({ ...who, count }));
      const asked = await ask(agent, 'r', { approvalsRequired });
      if (asked.__typename === 'InvalidInputError') {
        expect(asked.issues[0]?.message).toContain('can never be met');
        return;
      }
      for (const { from, to } of delegations) await delegate(service, user, from, to);

      const counts = ({ teamId, actors }: Requirement, { principal }: Given) =>
        (teamId === undefined && actors === undefined) ||
        actors?.includes(principal) ||
        teams[teamId as keyof typeof teams]?.includes(principal) ||
        false;
      const given: Given[] = [];
      const used = new Set<string>();
      let expected = 'WAITING';
      for (const { actor, onBehalfOf } of votes) {
        if (expected === 'APPROVED') break;
        const client = actor === 'agent' ? service.as({ user, actor }) : as(actor);
        await vote(client, 'r', { onBehalfOf });
        const principal = onBehalfOf ?? actor;
        const isDelegate =
          onBehalfOf === null ||
          delegations.some(({ from, to }) => from === onBehalfOf && to === actor);
        const one = { actor, principal };
        const isCounted =
          isDelegate &&
          ![actor, principal].includes('agent') &&
          !used.has(actor) &&
          !used.has(principal) &&
          approvalsRequired.some((requirement) => counts(requirement, one));
        if (isCounted) {
          given.push(one);
          used.add(actor).add(principal);
        }
        if (suffices(approvalsRequired, given, counts)) expected = 'APPROVED';
        const ballot = await readBallot(as('ada'), 'r');
        expect(ballot.status).toBe(expected);
        const standing = ballot.votes.filter(({ endedBy }) => endedBy === null);
        expect(standing.map((one) => [one.actor, one.onBehalfOf ?? one.actor])).toEqual(
          given.map((one) => [one.actor, one.principal]),
        );
      }
      seen.add(expected);
    }),
    { numRuns: 60, ...(process.env['SEED'] && { seed: Number(process.env['SEED']) }) },
  );
  expect(seen).toEqual(new Set(['APPROVED', 'WAITING']));
});

it('42. deciding takes one round trip, a vote at most three, and a page one more for what I may do', async () => {
  const { agent, as } = await company(service, { finance: ['ada', 'ben'] });
  await ask(agent, 'plain');
  await ask(agent, 'two', { approvalsRequired: [{ teamId: 'finance', count: 2 }] });
  const digests = new Map<string, string>();
  for (const id of ['plain', 'two']) {
    digests.set(id, (await readBallot(as('ada'), id)).subjectDigest);
  }
  const trips = async (actor: string, nodeExecId: string) => {
    const client = as(actor);
    await client.query('{ viewer { actor } }'); // authenticated
    const subjectDigest = digests.get(nodeExecId);
    return proxy.roundTripsDuring(() =>
      client.query(
        `mutation ($input: DecideReviewsInput!) { decideReviews(input: $input) { __typename } }`,
        { input: { decisions: [{ nodeExecId, decision: 'APPROVE', subjectDigest }] } },
      ),
    );
  };
  expect(await trips('cleo', 'plain')).toBe(1);
  expect(await trips('ada', 'two')).toBeLessThanOrEqual(3);
  expect(await trips('ben', 'two')).toBeLessThanOrEqual(3);

  for (let at = 0; at < 30; at++) {
    await ask(agent, `more-${at}`, { approvalsRequired: [{ teamId: 'finance' }] });
  }
  const page = (fields: string) =>
    proxy.roundTripsDuring(() =>
      as('ada').query(`{ pendingReviews(first: 100) { edges { node { nodeExecId ${fields} } } } }`),
    );
  const plain = await page('status createdAt');
  expect(await page('viewerMayDecide viewerMayNot claimedBy votes { actor }')).toBe(plain + 1);
  expect(await page('approvalsRequired { count given }')).toBe(plain + 1);
});
