import { type Decided, decide, mutation, readOne, reviewFields, run } from './operations.ts';
import type { TestClient } from './testClient.ts';
import type { TestService } from './testService.ts';

type Input = Record<string, unknown>;

/** A review with what concerns its approvals. */
export type Ballot = {
  nodeExecId: string;
  status: string;
  subjectDigest: string;
  payload: unknown;
  decidedBy: string | null;
  decisionSource: string | null;
  approvalsRequired: { count: number; given: number; actors: string[] | null }[];
  votes: { actor: string; onBehalfOf: string | null; decision: string; endedBy: string | null }[];
  claimedBy: string | null;
  claimedUntil: string | null;
  escalatedAt: string | null;
  viewerMayDecide: boolean;
  viewerMayNot: string | null;
};

const ballotFields = `nodeExecId status subjectDigest payload decidedBy decisionSource
  approvalsRequired { count given actors }
  votes { actor onBehalfOf decision endedBy }
  claimedBy claimedUntil escalatedAt viewerMayDecide viewerMayNot`;

export async function readBallots(client: TestClient, ids: string[]): Promise<Ballot[]> {
  const { reviews } = await client.query<{ reviews: Ballot[] }>(
    `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { ${ballotFields} } }`,
    { ids },
  );
  return reviews;
}

export async function readBallot(client: TestClient, id: string): Promise<Ballot> {
  const [ballot] = await readBallots(client, [id]);
  if (!ballot) throw new Error(`no review ${id}`);
  return ballot;
}

/** Decides what the client sees now, with its subjectDigest. */
export async function vote(
  client: TestClient,
  nodeExecId: string,
  more: Input = {},
): Promise<Decided> {
  const { subjectDigest } = await readOne(client, nodeExecId);
  return decide(client, [{ nodeExecId, decision: 'APPROVE', subjectDigest, ...more }]);
}

type Answer = Decided & { review: Ballot };

const errors = [
  'InvalidInputError',
  'NotFoundError',
  'ReviewConflictError',
  'SelfApprovalError',
] as const;
const operation = (name: string, isEligibilityChecked: boolean) => {
  const document = mutation(
    name,
    `review { ${ballotFields} }`,
    isEligibilityChecked ? [...errors, 'NotEligibleError'] : [...errors],
    [reviewFields],
  );
  return (client: TestClient, input: Input) => run<Answer>(client, document, input);
};

export const claim = operation('claimReview', true);
export const withdraw = operation('withdrawDecision', true);
export const reassign = operation('reassignReview', true);
export const override = operation('overrideReview', false);
export const release = (client: TestClient, nodeExecId: string) =>
  run<Answer>(
    client,
    mutation(
      'releaseReview',
      `review { ${ballotFields} }`,
      ['InvalidInputError', 'NotFoundError', 'ReviewConflictError'],
      [reviewFields],
    ),
    { nodeExecId },
  );

/** Takes back what the client sees now. */
export async function withdrawNow(client: TestClient, nodeExecId: string, more: Input = {}) {
  const { subjectDigest } = await readOne(client, nodeExecId);
  return withdraw(client, { nodeExecId, subjectDigest, ...more });
}

/** Overrides what the client sees now. */
export async function overrideNow(client: TestClient, nodeExecId: string, more: Input = {}) {
  const { subjectDigest } = await readOne(client, nodeExecId);
  const reason = 'the on-call engineer said so';
  return override(client, { nodeExecId, decision: 'APPROVE', subjectDigest, reason, ...more });
}

/** A workspace with an agent, and people with `review:decide` who are in teams. */
export async function company(service: TestService, teams: Record<string, string[]> = {}) {
  const { user, agent } = service.team();
  const people = new Map<string, TestClient>();
  for (const [teamId, actors] of Object.entries(teams)) {
    await service.sql(`INSERT INTO "Team" ("userId", "teamId", "name") VALUES ($1, $2, $2)`, [
      user,
      teamId,
    ]);
    for (const actor of actors) await join(service, user, teamId, actor);
  }
  const as = (actor: string): TestClient => {
    const known = people.get(actor);
    const client = known ?? service.as({ user, actor, scopes: ['review:decide'] });
    people.set(actor, client);
    return client;
  };
  return { user, agent, as };
}

export async function join(service: TestService, user: string, teamId: string, actor: string) {
  await service.sql(
    `INSERT INTO "Member" ("userId", "actor") VALUES ($1, $2) ON CONFLICT DO NOTHING`,
    [user, actor],
  );
  await service.sql(`INSERT INTO "TeamMember" ("userId", "teamId", "actor") VALUES ($1, $2, $3)`, [
    user,
    teamId,
    actor,
  ]);
}

export const leave = (service: TestService, user: string, teamId: string, actor: string) =>
  service.sql(`DELETE FROM "TeamMember" WHERE "userId" = $1 AND "teamId" = $2 AND "actor" = $3`, [
    user,
    teamId,
    actor,
  ]);

export const delegate = (
  service: TestService,
  user: string,
  from: string,
  to: string,
  until = new Date(Date.now() + 3_600_000),
) =>
  service.sql(
    `INSERT INTO "Delegation" ("userId", "id", "from", "to", "startsAt", "until", "createdBy")
    VALUES ($1, gen_random_uuid()::text, $2, $3, now() - interval '1 minute', $4, $2)`,
    [user, from, to, until],
  );
