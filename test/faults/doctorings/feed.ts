import type { Entry } from '../history.ts';
import { type Doctoring, drop, lifeOf, of, row, seen } from './doctoring.ts';

/** Faults in events, for subscribers, for webhooks and as evidence. */
export const feedDoctorings: Doctoring[] = [
  [
    'a subscriber lost an event',
    'no event is lost, doubled or out of order',
    (run) => drop(run, seen(run)[3] as Entry),
  ],
  [
    'a subscriber lost the last event',
    'no event is lost, doubled or out of order',
    (run) => drop(run, seen(run, 'acme WebSocket').at(-1) as Entry),
  ],
  [
    'a subscriber got an event twice',
    'no event is lost, doubled or out of order',
    (run) => {
      const event = seen(run)[3] as Entry;
      run.entries.splice(run.entries.indexOf(event), 0, structuredClone(event));
    },
  ],
  [
    'a subscriber got events in another order',
    'no event is lost, doubled or out of order',
    (run) => {
      const event = seen(run)[3] as Entry;
      drop(run, event);
      run.entries.push(event);
    },
  ],
  [
    'the numbers of events have a gap',
    'no event is lost, doubled or out of order',
    ({ database, entries }) => {
      const number = 5;
      database.events = database.events.filter((event) => event.number !== number);
      for (const entry of entries)
        if (entry.type === 'event' && entry.cursor === number) entry.cursor = 0;
    },
  ],
  [
    'a change has no event',
    'no event is lost, doubled or out of order',
    (run) => {
      run.database.reviews.push({ ...structuredClone(row(run, 'approved')), nodeExecId: 'silent' });
    },
  ],
  [
    'the count of what waits is wrong',
    'no event is lost, doubled or out of order',
    ({ database }) => {
      for (const counter of database.counters) counter.waiting = 7;
    },
  ],
  [
    'a subscriber of an agent lost an event',
    'no event is lost, doubled or out of order',
    (run) => drop(run, seen(run, 'acme agent-1')[0] as Entry),
  ],
  [
    'a subscriber of an agent was shown an event that is not for it',
    'no event is lost, doubled or out of order',
    (run) => {
      const other = seen(run).find(({ requestedBy }) => requestedBy === 'agent-2');
      const [before] = seen(run, 'acme agent-1');
      const shown = { ...structuredClone(other), follower: 'acme agent-1' } as Entry;
      run.entries.splice(run.entries.indexOf(before as Entry), 0, shown);
    },
  ],
  [
    'a subscriber was shown an event with another payload',
    'no event is lost, doubled or out of order',
    (run) => {
      const event = seen(run)[3];
      if (event) event.payloadDigest = 'sha256:another';
    },
  ],
  [
    'an event names somebody else as the asker',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'approved', 'APPROVED')) event.requestedBy = 'agent-3';
    },
  ],
  [
    'an event of an edited review keeps the payload that was not approved',
    'events are evidence',
    (run) => {
      const [asked, approved] = lifeOf(run, 'edited');
      if (approved) approved.payloadDigest = asked?.payloadDigest ?? null;
    },
  ],
  [
    'an event names other consumers',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'approved', 'PROCESSED')) event.consumers = null;
    },
  ],
  [
    'an event names somebody else as who decided',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'rejected', 'REJECTED')) event.actor = 'reviewer-1';
    },
  ],
  [
    'an event does not hold what the reviewer said',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'rejected', 'REJECTED')) event.message = null;
    },
  ],
  [
    'an event says that a review stood otherwise',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'rejected', 'REJECTED')) event.status = 'APPROVED';
    },
  ],
  [
    'the events of a review went with it',
    'events are evidence',
    (run) => {
      const { events } = run.database;
      run.database.events = events.filter(({ nodeExecId }) => nodeExecId !== 'gone');
    },
  ],
  [
    'an event says that somebody else deleted a review',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'gone', 'DELETED')) event.actor = 'agent-1';
    },
  ],
  [
    'an event of a deleted request is of a payload that nobody asked for',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'gone')) event.payloadDigest = 'sha256:another';
    },
  ],
  [
    'a webhook was never delivered an event',
    'every webhook is delivered, in order',
    (run) => {
      for (const message of of(run, 'message')) if (message.cursor === 5) message.accepted = false;
    },
  ],
  [
    'a webhook was sent the events of one review in another order',
    'every webhook is delivered, in order',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'edited') as Entry;
      drop(run, message);
      run.entries.push(message);
    },
  ],
  [
    'a webhook was sent more of a review before it took what came first',
    'every webhook is delivered, in order',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'edited') as Entry;
      run.entries.push({ ...message, accepted: true } as Entry);
      Object.assign(message, { accepted: false });
    },
  ],
  [
    'a message has a wrong signature',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[2] as Entry, { signed: false }),
  ],
  [
    'a message was sent again with another id',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[4] as Entry, { messageId: 'another' }),
  ],
  [
    'a message tells of another payload',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[2] as Entry, { payloadDigest: 'sha256:another' }),
  ],
  [
    'a message names somebody else as the asker',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[2] as Entry, { requestedBy: 'agent-3' }),
  ],
];
