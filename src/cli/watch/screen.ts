import { safeText } from '../safeText.ts';
import type { Review } from './review.ts';
import { type Look, outcomeText, reportText, reviewCard, reviewLine } from './reviewText.ts';
import { type Entry, WaitingList } from './waitingList.ts';
import type { FeedListener } from './watchFeed.ts';

/** More than these are only listed at the beginning; each is shown whole before it can be decided. */
const MAX_SHOWN_AT_START = 10;

type Options = {
  print: (text: string) => void;
  /** Asked each time: a terminal changes its size. */
  look: () => Look;
};

/** What a person sees of the feed: each review that waits, and what became of it. */
export class Screen implements FeedListener {
  readonly waiting = new WaitingList();
  /** What this reviewer decides, and is told of by the answer. */
  readonly #decidedHere = new Set<string>();
  readonly #print: (text: string) => void;
  readonly #look: () => Look;

  constructor({ print, look }: Options) {
    this.#print = print;
    this.#look = look;
  }

  onWaiting(reviews: Review[]): void {
    const entries = reviews.map((review) => this.waiting.add(review));
    if (entries.length === 0) this.#print('Nothing waits. What agents ask appears here.');
    else if (entries.length <= MAX_SHOWN_AT_START) for (const entry of entries) this.show(entry);
    else this.list();
  }

  onEvent(
    { kind, nodeExecId, actor }: Parameters<FeedListener['onEvent']>[0],
    review: Review | null,
  ): void {
    const entry = this.waiting.find(nodeExecId);
    switch (kind) {
      case 'REQUESTED':
        if (review?.status === 'WAITING' && entry === undefined)
          this.show(this.waiting.add(review));
        break;
      case 'APPROVED':
      case 'REJECTED':
      case 'CANCELLED':
      case 'EXPIRED':
        if (entry) this.waiting.settle(entry);
        if (this.#decidedHere.delete(nodeExecId)) break;
        // Otherwise it was deleted since then, or asked anew: an event of its own says so.
        if (review && review.status !== 'WAITING') this.#tell(nodeExecId, outcomeText(review));
        break;
      case 'PROCESSED':
        this.#tell(nodeExecId, `${safeText(actor)} has taken up the outcome`);
        break;
      case 'REPORTED':
        if (review?.outcome) this.#tell(nodeExecId, reportText(review));
        break;
      case 'DELETED':
        if (entry) this.waiting.settle(entry);
        this.#decidedHere.delete(nodeExecId);
        this.#tell(nodeExecId, `deleted by ${safeText(actor)}`);
        break;
      default:
        this.#renew(entry, review);
    }
  }

  onCutOff(): void {
    this.#print(this.#look().colors.red('Cut off from the service; trying again…'));
  }

  onBack(): void {
    this.#print(this.#look().colors.green('Back again: nothing was missed.'));
  }

  show(entry: Entry): void {
    this.#print(`\n${reviewCard(entry.number, entry.review, this.#look())}`);
    entry.wasShown = true;
  }

  list(): void {
    const lines = this.waiting.all.map(({ number, review }) =>
      reviewLine(number, review, this.#look()),
    );
    this.#print(lines.length > 0 ? lines.join('\n') : 'Nothing waits.');
  }

  /** The reviewer sends a decision, and its answer will be shown: the event of the same need not be. */
  deciding({ review }: Entry): void {
    this.#decidedHere.add(review.nodeExecId);
  }

  /** The answer came, or none did. */
  decided(entry: Entry, isSettled: boolean): void {
    const isStillListed = this.waiting.get(entry.number) === entry;
    if (isSettled && isStillListed) this.waiting.settle(entry);
    else this.#decidedHere.delete(entry.review.nodeExecId);
  }

  /** Somebody changed a row by hand. What waits with other data is another thing to decide. */
  #renew(entry: Entry | undefined, review: Review | null): void {
    if (!entry || !review) return;
    if (review.status === 'WAITING' && isSame(entry.review, review)) return;
    this.waiting.settle(entry);
    this.#print(`Review ${entry.number} was changed by hand`);
    if (review.status === 'WAITING') this.show(this.waiting.add(review));
  }

  #tell(nodeExecId: string, text: string): void {
    const number = this.waiting.numberOf(nodeExecId);
    const what = number === undefined ? safeText(nodeExecId) : `Review ${number}`;
    this.#print(this.#look().colors.dim(`${what}: ${text}`));
  }
}

const isSame = (one: Review, other: Review): boolean =>
  one.payload.text === other.payload.text &&
  one.instructions === other.instructions &&
  one.graphExecId === other.graphExecId &&
  one.nodeId === other.nodeId;
