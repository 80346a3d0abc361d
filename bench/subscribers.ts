// A process that holds subscribers, apart from the servers: started by openSubscribers.ts, it opens as many as it is told,
// and hands over when which event came.
import { FeedSocket, type Subscription } from './feedSocket.ts';
import { now } from './now.ts';

export type Order = { open: Subscription[] } | { collect: number };

/** Which event came when, one entry for each delivery, in the order of coming. */
export type Deliveries = { numbers: number[]; times: number[]; text: string };

export type Report = { opened: number } | Deliveries | { failure: string };

/** Subscribers that open at the same time. */
const OPENING = 50;
/** The event's number is looked for within so many bytes of a message. */
const HEAD_BYTES = 250;

let deliveries: Deliveries = { numbers: [], times: [], text: '' };
let wanted = Number.POSITIVE_INFINITY;

const tell = (report: Report) => process.send?.(report);

/** Resolves when the subscriber has its first event, which was there before it: from then on it is live. */
const open = (subscription: Subscription): Promise<void> =>
  new Promise((resolve) => {
    let live = false;
    new FeedSocket(subscription, {
      onNext(message) {
        if (live) deliver(message);
        live = true;
        resolve();
      },
      onFailure: (failure) => tell({ failure }),
    });
  });

function deliver(message: Buffer): void {
  const time = now();
  const [, number] =
    /"nodeExecId":"[^"]*-(\d+)"/.exec(message.toString('latin1', 0, HEAD_BYTES)) ?? [];
  if (number === undefined) return void tell({ failure: `not an event: ${message}` });
  deliveries.numbers.push(Number(number));
  deliveries.times.push(time);
  if (deliveries.text === '') deliveries.text = String(message);
  handOver();
}

/** As soon as all that is waited for has come. */
function handOver(): void {
  if (deliveries.numbers.length < wanted) return;
  wanted = Number.POSITIVE_INFINITY;
  tell(deliveries);
  deliveries = { numbers: [], times: [], text: '' };
}

process.on('message', async (order: Order) => {
  if ('collect' in order) {
    wanted = order.collect;
    return handOver();
  }
  const waiting = order.open.values();
  const work = async () => {
    for (const subscription of waiting) await open(subscription);
  };
  await Promise.all(Array.from({ length: OPENING }, work));
  tell({ opened: order.open.length });
});
process.on('disconnect', () => process.exit());
