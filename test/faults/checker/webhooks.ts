import type { Message } from '../history.ts';
import { keyOf, type Rule } from './run.ts';

/** The fields of an event that a message contains. */
const fields = ['kind', 'nodeExecId', 'actor', 'requestedBy', 'payloadDigest'] as const;

/**
 * Each event is delivered at least once, signed, in order for each review, and with the same id in
 * every attempt.
 */
export const webhooksAreDelivered: Rule = ({ entries, database }) => {
  const wrong: string[] = [];
  const messages = entries.filter((entry) => entry.type === 'message');
  const byWebhook = Map.groupBy(messages, ({ webhookId }) => webhookId);

  for (const { owner, webhookId, after, kinds } of database.webhooks) {
    const came = byWebhook.get(webhookId) ?? [];
    const accepted = new Set(
      came.filter((message) => message.accepted).map(({ cursor }) => cursor),
    );
    const expected = new Map(
      database.events
        .filter((event) => event.owner === owner && event.number > after)
        .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
        .map((event) => [event.number, event]),
    );
    const numbersOf = new Map<string, number[]>();
    for (const [number, { nodeExecId }] of expected)
      numbersOf.set(nodeExecId, [...(numbersOf.get(nodeExecId) ?? []), number]);
    for (const [number, { kind }] of expected)
      if (!accepted.has(number)) wrong.push(`${webhookId} never got event ${number} ${kind}`);

    for (const message of came) {
      const { cursor, kind, signed } = message;
      const event = expected.get(cursor);
      if (!event || fields.some((field) => event[field] !== message[field]))
        wrong.push(`${webhookId} was sent ${cursor} ${kind}, which does not match an event for it`);
      if (!signed) wrong.push(`${webhookId} was sent ${cursor} with a wrong signature`);
    }
    for (const [nodeExecId, ofReview] of Map.groupBy(came, (message) => message.nodeExecId)) {
      const early = ofReview.find(
        (message, at) => message.cursor < (ofReview[at - 1]?.cursor ?? 0),
      );
      if (early)
        wrong.push(
          `${webhookId} was sent event ${early.cursor} of ${nodeExecId} after a later one`,
        );
      const skipping = firstSkipped(ofReview, numbersOf.get(nodeExecId) ?? []);
      if (skipping !== null)
        wrong.push(
          `${webhookId} was sent a later event of ${nodeExecId} before it accepted ${skipping}`,
        );
    }
  }

  const idOf = new Map<string, string>();
  const eventOf = new Map<string, string>();
  for (const { owner, cursor, messageId } of messages) {
    const event = keyOf(owner, String(cursor));
    if ((idOf.get(event) ?? messageId) !== messageId)
      wrong.push(`${event} was sent with different ids`);
    if ((eventOf.get(messageId) ?? event) !== event)
      wrong.push(`${messageId} was used for two events`);
    idOf.set(event, messageId);
    eventOf.set(messageId, event);
  }
  return wrong;
};

/**
 * The first event that was not yet accepted when a later one was sent; null if there is none.
 */
function firstSkipped(ofReview: readonly Message[], own: readonly number[]): number | null {
  const taken = new Set<number>();
  for (const { cursor, accepted } of ofReview) {
    const skipped = own.find((number) => number < cursor && !taken.has(number));
    if (skipped !== undefined) return skipped;
    if (accepted) taken.add(cursor);
  }
  return null;
}
