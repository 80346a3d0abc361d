import { createHash, randomBytes } from 'node:crypto';
import { Webhook as Signer } from 'standardwebhooks';
import type {
  DecisionSource,
  ReviewEventKind,
  ReviewKind,
  ReviewOutcome,
  ReviewStatus,
  Risk,
} from '../database/generated/prisma/client.ts';
import { feedCursorOf } from '../feed/cursor.ts';
import type { Requirement } from '../people/requirement.ts';
import type { Vote } from '../people/vote.ts';
import type { StoredVerdict } from '../policy/verdict.ts';

const SECRET_BYTES = 32;
const ID_CHARACTERS = 27;

/** @returns a secret that signs a webhook's messages, in the form of Standard Webhooks */
export const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/**
 * @returns the id of an event's message: the same for every webhook and every attempt, and unique
 */
export const messageIdOf = (userId: string, number: number): string =>
  `evt_${createHash('sha256')
    .update(JSON.stringify([userId, number]))
    .digest('base64url')
    .slice(0, ID_CHARACTERS)}`;

/**
 * What a message says about an event. Whoever may see the payload reads it from the API, with a
 * token.
 */
export type Message = {
  number: number;
  kind: ReviewEventKind;
  nodeExecId: string;
  graphExecId: string;
  actor: string;
  at: Date;
  /** Who asked for the review. */
  requestedBy: string;
  /** Of the payload as it was after the event; null if it was written by hand. */
  payloadDigest: string | null;
  /** As it is when the message is made; null if it has been deleted. */
  review: {
    /** An answer to a QUESTION is never an approval. */
    kind: ReviewKind;
    nodeId: string;
    graphId: string;
    graphVersion: number;
    /** One line by the agent, for messages like this one. */
    headline: string | null;
    risk: Risk | null;
    tags: string[];
    /** From 1. */
    revision: number;
    /** Of the current payload. */
    payloadDigest: string;
    status: ReviewStatus;
    wasEdited: boolean | null;
    processed: boolean;
    requestedBy: string;
    decidedBy: string | null;
    decisionSource: DecisionSource | null;
    createdAt: Date;
    expiresAt: Date | null;
    reviewedAt: Date | null;
    voidedAt: Date | null;
    consumedAt: Date | null;
    outcome: ReviewOutcome | null;
    /** Empty if one approval by anyone is enough. */
    approvalsRequired: (Requirement & {
      /** How many approvals count towards it. */
      given: number;
    })[];
    /** Oldest first, including those that no longer count. */
    votes: Pick<Vote, 'actor' | 'onBehalfOf' | 'decision' | 'at' | 'endedBy'>[];
    escalatedAt: Date | null;
    claimedBy: string | null;
    claimedUntil: Date | null;
    /** What the policy said. Of problems only their rules: a message may quote the payload. */
    policy:
      | (Pick<StoredVerdict, 'mode' | 'effect' | 'ruleIds'> & {
          version: number;
          problems: { ruleId: string }[];
        })
      | null;
  } | null;
};

/** `review.approved` */
export const typeOf = (kind: ReviewEventKind): string => `review.${kind.toLowerCase()}`;

/**
 * @returns the JSON to send. Of what an agent or a reviewer wrote it contains the headline and the
 *   tags: no payload, no instructions, no message.
 */
export function bodyOf({ number, at, ...event }: Message): string {
  return JSON.stringify({
    type: typeOf(event.kind),
    timestamp: at,
    data: { cursor: feedCursorOf(number), ...event },
  });
}

/**
 * The headers of one attempt (https://www.standardwebhooks.com), signed with every valid secret.
 * @param at the time of the attempt, which receivers compare with their clock
 */
export function headersOf(
  id: string,
  body: string,
  at: Date,
  secrets: readonly string[],
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Holdpoint',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
  };
}
