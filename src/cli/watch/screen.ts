import { safeText } from '../terminalText.ts';
import type { FeedListener, Review } from './feed.ts';
import {
  type Look,
  outcomeText,
  progressText,
  reportText,
  reviewCard,
  reviewLine,
} from './reviewText.ts';
import { type Entry, WaitingList } from './waitingList.ts';

/**
 * If more are pending at the start, they are only listed. Each is shown in full before a decision.
 */
const MAX_SHOWN_AT_START = 10;

type Options = {
  print: (text: string) => void;
  /** Called each time, since terminals change their size. */
  look: () => Look;
  /** Shows only reviews that the viewer may decide. */
  mine?: boolean;
};

/** Shows the feed to a person: each pending review, and how it was settled. */
export class Screen implements FeedListener {
  readonly waiting = new WaitingList();
  /**
   * Reviews that are being decided here: the response reports them, so their events are not shown.
   */
  readonly #decidedHere = new Set<string>();
  readonly #print: (text: string) => void;
  readonly #look: () => Look;
  readonly #mine: boolean;

  constructor({ print, look, mine = false }: Options) {
    this.#mine = mine;
    this.#print = print;
    this.#look = look;
  }

  onWaiting(reviews: Review[]): void {
    for (const entry of this.waiting.all) this.waiting.settle(entry);
    const entries = reviews.map((review) => this.waiting.add(review));
    if (entries.length === 0) this.#print("You're all caught up. New reviews appear here.");
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
        if (review?.status === 'WAITING' && entry === undefined) this.#showNew(review);
        break;
      case 'VOTED':
      case 'CLAIMED':
      case 'RELEASED':
      case 'REASSIGNED':
      case 'ESCALATED':
      case 'WITHDRAWN':
      case 'REVISED':
        if (review?.status === 'WAITING') this.#change(kind, actor, entry, review);
        break;
      case 'COMMENTED':
        this.#comment(nodeExecId, actor, entry, review);
        break;
      case 'APPROVED':
      case 'REJECTED':
      case 'ANSWERED':
      case 'CHANGES_REQUESTED':
      case 'CANCELLED':
      case 'EXPIRED':
        if (entry) this.waiting.settle(entry);
        if (this.#decidedHere.delete(nodeExecId)) break;
        // Otherwise it was deleted or requested again since, and another event reports that.
        if (review && review.status !== 'WAITING') this.#tell(nodeExecId, outcomeText(review));
        break;
      case 'PROCESSED':
        this.#tell(nodeExecId, `${safeText(actor)} picked up the decision`);
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
    this.#print(this.#look().colors.red('Disconnected. Reconnecting…'));
  }

  onBack(): void {
    this.#print(this.#look().colors.green('Reconnected. No events were missed.'));
  }

  show(entry: Entry): void {
    this.#print(`\n${reviewCard(entry.number, entry.review, this.#look())}`);
    entry.wasShown = true;
  }

  list(): void {
    const lines = this.waiting.all.map(({ number, review }) =>
      reviewLine(number, review, this.#look()),
    );
    this.#print(lines.length > 0 ? lines.join('\n') : 'No pending reviews.');
  }

  /** A decision is being sent. */
  deciding({ review }: Entry): void {
    this.#decidedHere.add(review.nodeExecId);
  }

  /** The decision was answered, or failed. */
  decided(entry: Entry, isSettled: boolean): void {
    const isStillListed = this.waiting.get(entry.number) === entry;
    if (isSettled && isStillListed) this.waiting.settle(entry);
    else this.#decidedHere.delete(entry.review.nodeExecId);
  }

  #showNew(review: Review): void {
    if (this.#mine && review.viewerMayNot) return;
    this.show(this.waiting.add(review));
  }

  /** A pending review with another subject gets another number, and needs a new decision. */
  #change(kind: Change, actor: string, entry: Entry | undefined, review: Review): void {
    const wasDecided = entry === undefined;
    this.#tell(review.nodeExecId, changeText(kind, actor, review, wasDecided));
    if (entry?.review.subjectDigest === review.subjectDigest) {
      const { comments = [] } = entry.review;
      entry.review = { comments, ...review };
      return;
    }
    if (entry) this.waiting.settle(entry);
    this.#showNew(review);
  }

  /** A comment changes nothing about what a decision covers. */
  #comment(
    nodeExecId: string,
    actor: string,
    entry: Entry | undefined,
    review: Review | null,
  ): void {
    if (entry && review?.subjectDigest === entry.review.subjectDigest) entry.review = review;
    const comment = review?.comments?.findLast((one) => one.actor === actor);
    if (!comment) return;
    const where = comment.pointer ? ` on ${safeText(comment.pointer)}` : '';
    this.#tell(nodeExecId, `${safeText(actor)} comments${where}: "${safeText(comment.text)}"`);
  }

  /** A row was changed in the database. A pending review with other data needs a new decision. */
  #renew(entry: Entry | undefined, review: Review | null): void {
    if (!entry || !review) return;
    if (review.status === 'WAITING' && isSame(entry.review, review)) return;
    this.waiting.settle(entry);
    this.#print(`Review ${entry.number} was changed in the database`);
    if (review.status === 'WAITING') this.show(this.waiting.add(review));
  }

  #tell(nodeExecId: string, text: string): void {
    const number = this.waiting.numberOf(nodeExecId);
    if (number === undefined && this.#mine) return;
    const what = number === undefined ? safeText(nodeExecId) : `Review ${number}`;
    this.#print(this.#look().colors.dim(`${what}: ${text}`));
  }
}

type Change =
  | 'VOTED'
  | 'CLAIMED'
  | 'RELEASED'
  | 'REASSIGNED'
  | 'ESCALATED'
  | 'WITHDRAWN'
  | 'REVISED';

/** What happened to a review that waits. */
function changeText(kind: Change, actor: string, review: Review, wasDecided: boolean): string {
  const who = safeText(actor);
  const why = review.reviewMessage ? `: "${safeText(review.reviewMessage)}"` : '';
  const progress = progressText(review);
  switch (kind) {
    case 'VOTED':
      return `approved by ${who}; ${progress}`;
    case 'CLAIMED':
      return `claimed by ${who}`;
    case 'RELEASED':
      return `no longer claimed by ${who}`;
    case 'REASSIGNED':
      return `reassigned by ${who}${why}; ${progress}`;
    case 'ESCALATED':
      return 'nobody decided in time, so more people may approve it';
    case 'REVISED':
      return `revised by ${who}`;
    case 'WITHDRAWN':
      return wasDecided
        ? `${who} took the decision back${why}. It waits again`
        : `${who} took their approval back; ${progress}`;
  }
}

const isSame = (one: Review, other: Review): boolean =>
  one.payload.text === other.payload.text &&
  one.instructions === other.instructions &&
  one.headline === other.headline &&
  one.graphExecId === other.graphExecId &&
  one.nodeId === other.nodeId;
