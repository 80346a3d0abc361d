// An agent that writes an announcement and revises it as the reviewer asks, until it is approved or
// rejected. It sends exactly the revision that was approved, once.
//
//   HOLDPOINT_TOKEN=… npm run example -- examples/revision/main.ts

import { connect } from '../connect.ts';

type Announcement = { channel: string; text: string };

const holdpoint = connect();

const post = holdpoint.gate(
  async ({ channel, text }: Announcement) => {
    console.log(`posted in ${channel}: ${text}`);
    return 'posted';
  },
  {
    execution: process.env['EXECUTION'] ?? 'maintenance-of-december',
    graph: 'announcements',
    node: 'post-announcement',
    headline: ({ channel }) => `Announcement in ${channel}`,
    onWaiting: (id) => console.log(`waiting for a reviewer: ${id}`),
    onChangesRequested: async (message, comments, review) => {
      const wishes = [message, ...comments.map(({ pointer, text }) => `${pointer}: ${text}`)];
      console.log(`revising: ${wishes.filter((wish) => wish !== '').join('; ')}`);
      return { payload: shortened(review.payload as Announcement), note: 'Shortened' };
    },
    otherwise: ({ status, message }) =>
      status === 'consumed' ? 'posted in an earlier run' : `not posted, ${status}: ${message}`,
  },
);

/** A stand-in for a model, which would follow what the reviewer wrote. */
function shortened(announcement: Announcement): Announcement {
  return { ...announcement, text: `${announcement.text.split('. ')[0]}.` };
}

const text = 'The database is down on Sunday from 6 to 7. Sorry. We will do better. Promise.';
console.log(await post({ channel: '#general', text }));
