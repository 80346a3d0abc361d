import type { Entry } from '../history.ts';
import { type Corruption, drop, lifeOf, of, row, seen } from './corruption.ts';

/** Violations in events: for subscribers, for webhooks and as evidence. */
export const feedCorruptions: Corruption[] = [
  [
    'a subscriber missed an event',
    'no event is lost, duplicated or out of order',
    (run) => drop(run, seen(run)[3] as Entry),
  ],
  [
    'a subscriber missed the last event',
    'no event is lost, duplicated or out of order',
    (run) => drop(run, seen(run, 'acme WebSocket').at(-1) as Entry),
  ],
  [
    'a subscriber got an event twice',
    'no event is lost, duplicated or out of order',
    (run) => {
      const event = seen(run)[3] as Entry;
      run.entries.splice(run.entries.indexOf(event), 0, structuredClone(event));
    },
  ],
  [
    'a subscriber got events out of order',
    'no event is lost, duplicated or out of order',
    (run) => {
      const event = seen(run)[3] as Entry;
      drop(run, event);
      run.entries.push(event);
    },
  ],
  [
    'the numbers of events have a gap',
    'no event is lost, duplicated or out of order',
    ({ database, entries }) => {
      const number = 5;
      database.events = database.events.filter((event) => event.number !== number);
      for (const entry of entries)
        if (entry.type === 'event' && entry.cursor === number) entry.cursor = 0;
    },
  ],
  [
    'a change has no event',
    'no event is lost, duplicated or out of order',
    (run) => {
      run.database.reviews.push({ ...structuredClone(row(run, 'approved')), nodeExecId: 'silent' });
    },
  ],
  [
    'the number of waiting reviews is wrong',
    'no event is lost, duplicated or out of order',
    ({ database }) => {
      for (const counter of database.counters) counter.waiting = 7;
    },
  ],
  [
    'an agent missed an event',
    'no event is lost, duplicated or out of order',
    (run) => drop(run, seen(run, 'acme agent-1')[0] as Entry),
  ],
  [
    "an agent received an event of another agent's review",
    'no event is lost, duplicated or out of order',
    (run) => {
      const other = seen(run).find(({ requestedBy }) => requestedBy === 'agent-2');
      const [before] = seen(run, 'acme agent-1');
      const shown = { ...structuredClone(other), follower: 'acme agent-1' } as Entry;
      run.entries.splice(run.entries.indexOf(before as Entry), 0, shown);
    },
  ],
  [
    'a subscriber received an event with a different payload',
    'no event is lost, duplicated or out of order',
    (run) => {
      const event = seen(run)[3];
      if (event) event.payloadDigest = 'sha256:another';
    },
  ],
  [
    'an event names the wrong requester',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'approved', 'APPROVED')) event.requestedBy = 'agent-3';
    },
  ],
  [
    'an event of an edited review has the original payload',
    'events are evidence',
    (run) => {
      const [asked, approved] = lifeOf(run, 'edited');
      if (approved) approved.payloadDigest = asked?.payloadDigest ?? null;
    },
  ],
  [
    'an event names the wrong consumers',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'approved', 'PROCESSED')) event.consumers = null;
    },
  ],
  [
    'an event names the wrong reviewer',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'rejected', 'REJECTED')) event.actor = 'reviewer-1';
    },
  ],
  [
    "an event lacks the reviewer's message",
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'rejected', 'REJECTED')) event.message = null;
    },
  ],
  [
    'an event has the wrong status',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'rejected', 'REJECTED')) event.status = 'APPROVED';
    },
  ],
  [
    'the events of a deleted review are gone',
    'events are evidence',
    (run) => {
      const { events } = run.database;
      run.database.events = events.filter(({ nodeExecId }) => nodeExecId !== 'gone');
    },
  ],
  [
    'an event names the wrong actor for a deletion',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'gone', 'DELETED')) event.actor = 'agent-1';
    },
  ],
  [
    'an event of a deleted request has a payload that was never requested',
    'events are evidence',
    (run) => {
      for (const event of lifeOf(run, 'gone')) event.payloadDigest = 'sha256:another';
    },
  ],
  [
    'a webhook missed an event',
    'every webhook is delivered, in order',
    (run) => {
      for (const message of of(run, 'message')) if (message.cursor === 5) message.accepted = false;
    },
  ],
  [
    'a webhook got the events of a review out of order',
    'every webhook is delivered, in order',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'edited') as Entry;
      drop(run, message);
      run.entries.push(message);
    },
  ],
  [
    'a webhook got an event before it accepted the previous one of the same review',
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
    'a message was retried with a different id',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[4] as Entry, { messageId: 'another' }),
  ],
  [
    'a message has a different payload',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[2] as Entry, { payloadDigest: 'sha256:another' }),
  ],
  [
    'a message names the wrong requester',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[2] as Entry, { requestedBy: 'agent-3' }),
  ],
];
