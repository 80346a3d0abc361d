// A process with subscribers, started by openSubscribers.ts. It reports which event arrived when.
import { FeedSocket, type Subscription } from './feedSocket.ts';
import { now } from './now.ts';

export type Order = { open: Subscription[] } | { collect: number };

/** The number and arrival time of each delivery, in order of arrival. */
export type Deliveries = { numbers: number[]; times: number[]; text: string };

export type Report = { opened: number } | Deliveries | { failure: string };

/** Subscriptions that are opened concurrently. */
const OPENING = 50;
/** The event's number appears within this many bytes of a message. */
const HEAD_BYTES = 250;

let deliveries: Deliveries = { numbers: [], times: [], text: '' };
let wanted = Number.POSITIVE_INFINITY;

const report = (report: Report) => process.send?.(report);

/** Resolves once the subscriber has received the newest existing event. From then on it is live. */
const open = (subscription: Subscription): Promise<void> =>
  new Promise((resolve) => {
    let live = false;
    new FeedSocket(subscription, {
      onNext(message) {
        if (live) deliver(message);
        live = true;
        resolve();
      },
      onFailure: (failure) => report({ failure }),
    });
  });

function deliver(message: Buffer): void {
  const time = now();
  const [, number] =
    /"nodeExecId":"[^"]*-(\d+)"/.exec(message.toString('latin1', 0, HEAD_BYTES)) ?? [];
  if (number === undefined) return void report({ failure: `unexpected message: ${message}` });
  deliveries.numbers.push(Number(number));
  deliveries.times.push(time);
  if (deliveries.text === '') deliveries.text = String(message);
  reportIfComplete();
}

/** Reports the deliveries once as many as requested have arrived. */
function reportIfComplete(): void {
  if (deliveries.numbers.length < wanted) return;
  wanted = Number.POSITIVE_INFINITY;
  report(deliveries);
  deliveries = { numbers: [], times: [], text: '' };
}

process.on('message', async (order: Order) => {
  if ('collect' in order) {
    wanted = order.collect;
    return reportIfComplete();
  }
  const waiting = order.open.values();
  const openNext = async () => {
    for (const subscription of waiting) await open(subscription);
  };
  await Promise.all(Array.from({ length: OPENING }, openNext));
  report({ opened: order.open.length });
});
process.on('disconnect', () => process.exit());
