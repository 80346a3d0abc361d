import type { EventRow, ReviewRow } from '../databaseState.ts';
import type { Operation } from '../history.ts';
import { digestOf, keyOf, mayHaveHappened, originalOf, type Rule, type Run } from './run.ts';

const SERVICE = 'holdpoint';

/**
 * Each event has the right request, payload and outcome, and deleted reviews keep their events.
 */
export const eventsAreEvidence: Rule = (run) => {
  const wrong: string[] = [];
  const asks = Map.groupBy(run.named('requestReview').filter(mayHaveHappened), keyOfReview);
  const deletions = Map.groupBy(run.named('deleteReview').filter(mayHaveHappened), keyOfReview);
  for (const [key, events] of Map.groupBy(run.database.events, keyOfEvent)) {
    const [first] = events as [EventRow];
    const row = run.reviewOf(first.owner, first.nodeExecId);
    for (const life of livesOf(events)) {
      const isGone = life.at(-1)?.kind === 'DELETED';
      const isAsked = (actor: string, digest: string | null) =>
        (asks.get(key) ?? []).some(
          (ask) => ask.actor === actor && digestOf(ask.input.payload) === digest,
        ) ||
        run
          .gatedOf(first.owner, first.nodeExecId)
          .some((call) => call.actor === actor && digestOf(call.payload) === digest);
      for (const event of life) {
        const right = isGone ? asDeleted(life) : row && asNow(event, row);
        const differing = Object.entries(right ?? {}).filter(
          ([field, value]) =>
            JSON.stringify(event[field as keyof EventRow]) !== JSON.stringify(value),
        );
        if (differing.length > 0)
          wrong.push(
            `${nameOf(event)} has the wrong ${differing.map(([field]) => field).join(', ')}`,
          );
        if (event.kind === 'REQUESTED' && !isAsked(event.requestedBy, event.payloadDigest))
          wrong.push(`${nameOf(event)} has a payload that was never requested`);
        if (event.kind === 'DELETED' && !mayDelete(deletions.get(key), event.actor))
          wrong.push(`${nameOf(event)} names ${event.actor}, who did not delete it`);
      }
    }
  }
  return [...wrong, ...lostIn(run)];
};

const keyOfReview = ({ owner, input }: Operation): string => keyOf(owner, input.nodeExecId);
const keyOfEvent = ({ owner, nodeExecId }: EventRow): string => keyOf(owner, nodeExecId);
const nameOf = ({ number, kind, nodeExecId }: EventRow): string =>
  `event ${number}, ${kind} of ${nodeExecId},`;
const mayDelete = (deletions: readonly Operation[] = [], actor: string): boolean =>
  deletions.some((deletion) => deletion.actor === actor);

/** Splits the events of one id into its requests. All but the last were deleted. */
function livesOf(events: readonly EventRow[]): EventRow[][] {
  const lives: EventRow[][] = [];
  for (const event of events) {
    const last = lives.at(-1);
    if (!last || last.at(-1)?.kind === 'DELETED') lives.push([event]);
    else last.push(event);
  }
  return lives;
}

/** The expected events of a deleted request, which only its own agent deletes while it waits. */
const asDeleted = ([asked]: readonly EventRow[]): Partial<EventRow> => ({
  actor: asked?.requestedBy ?? '',
  requestedBy: asked?.requestedBy ?? '',
  consumers: asked?.consumers ?? null,
  status: 'WAITING',
  decisionSource: null,
  payloadDigest: asked?.payloadDigest ?? null,
  message: null,
});

/** What an event of the existing review must contain. */
function asNow({ kind, actor }: EventRow, row: ReviewRow): Partial<EventRow> {
  const { requestedBy, decidedBy, decisionSource, status } = row;
  const consumers = row.consumers.length > 0 ? row.consumers : null;
  if (kind === 'REQUESTED') {
    return {
      ...{ actor: requestedBy, requestedBy, consumers },
      ...{ status: 'WAITING', decisionSource: null, message: null },
      payloadDigest: digestOf(originalOf(row)),
    };
  }
  const settles = ['APPROVED', 'REJECTED', 'CANCELLED', 'EXPIRED'].includes(kind);
  return {
    ...{ actor: settles ? (decidedBy ?? SERVICE) : actor, requestedBy, consumers },
    ...{ status, decisionSource, message: row.reviewMessage },
    payloadDigest: digestOf(row.payload),
  };
}

/** Reviews that were deleted without an event. */
const lostIn = ({ named, eventsOf }: Run): string[] =>
  named('deleteReview')
    .filter(({ answer }) => answer?.deletedCount === 1)
    .filter(
      ({ owner, input }) =>
        !eventsOf(owner, input.nodeExecId).some(({ kind }) => kind === 'DELETED'),
    )
    .map(({ input }) => `${input.nodeExecId} was deleted with its events`);
