import type { Writable } from 'node:stream';
import { stringifyJson } from '@holdpoint/client/json';
import { safeText } from '../safeText.ts';
import type { FeedListener } from './watchFeed.ts';

/** What scripts read: a JSON object a line for each review that waits at the beginning, then for each event. */
export function jsonOutput(output: Writable, errors: Writable): FeedListener {
  // Nothing invisible is outside of JSON strings here, and inside of one an escape means the same.
  const write = (value: object) => output.write(`${safeText(stringifyJson(value))}\n`);
  return {
    onWaiting(reviews) {
      for (const review of reviews)
        write({ kind: 'WAITING', nodeExecId: review.nodeExecId, review });
    },
    onEvent(event, review) {
      write({ ...event, review });
    },
    onCutOff: () => errors.write('Cut off from the service; trying again\n'),
    onBack: () => errors.write('Back again\n'),
  };
}
