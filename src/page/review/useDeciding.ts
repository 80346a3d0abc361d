import { useEffect, useRef, useState } from 'react';
import { announce } from '../parts/Announcer.tsx';
import { settledText } from '../parts/settledText.ts';
import { type Decision, decide } from '../state/decide.ts';
import type { Detail } from '../state/details.ts';
import { type Page, usePage } from '../state/page.ts';

/** What has been on the screen for less than this was not looked at: a key or click was meant for what was there before. */
const SHOWN_MS = 350;
const RETRY_MS = 1_000;

export type Notice = { tone: 'bad' | 'warn'; text: string };

export type Deciding = {
  isSending: boolean;
  /** What became of the last try, where it did not simply work. */
  notice: Notice | null;
  /** Sends a decision of the review as it is shown; a second one while the first is under way does nothing. */
  send(decision: Omit<Decision, 'shown'>): Promise<void>;
};

/**
 * Decides the one review that is shown. Nothing counts as done before the service said so; where no answer came, the review is
 * read again and what was found is told.
 */
export function useDeciding(shown: Detail, actor: string | null): Deciding {
  const page = usePage();
  const [isSending, setSending] = useState(false);
  const [notice, setNotice] = useState<Notice | null>(null);
  const isLocked = useRef(false);
  const shownSince = useRef(0);
  const version = shown.subjectDigest + shown.updatedAt;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the moment belongs to what is shown
  useEffect(() => {
    shownSince.current = performance.now();
  }, [version]);

  const send: Deciding['send'] = async (decision) => {
    if (isLocked.current || shown.status !== 'WAITING') return;
    if (performance.now() - shownSince.current < SHOWN_MS) {
      announce('It has only just appeared: look at it, then decide');
      return;
    }
    isLocked.current = true;
    setSending(true);
    setNotice(null);
    try {
      setNotice(await settle(page, { shown, ...decision }, actor));
    } finally {
      isLocked.current = false;
      setSending(false);
    }
  };
  return { isSending, notice, send };
}

async function settle(
  page: Page,
  decision: Decision,
  actor: string | null,
): Promise<Notice | null> {
  const { shown, verdict } = decision;
  const decided = await decide(page.client, [decision]);
  switch (decided.kind) {
    case 'done': {
      take(page, decided.reviews);
      const [review] = decided.reviews;
      if (review && actor !== null && review.decidedBy !== actor) {
        // Somebody else wanted the same and was first: what this reviewer typed was not sent anywhere.
        const text = `Nothing was left to do. ${settledText(review)} before your decision came.`;
        announce(text);
        return { tone: 'warn', text };
      }
      page.drafts.drop(shown.nodeExecId);
      const future = decided.standing > 0 ? ', and all future ones of its node' : '';
      announce(`${verdict === 'APPROVE' ? 'Approved' : 'Rejected'}: ${shown.nodeId}${future}`);
      return null;
    }
    case 'refused': {
      const now = await found(page, shown.nodeExecId);
      const text =
        now && now.status !== 'WAITING'
          ? `Your decision changed nothing. ${settledText(now)} before it came.`
          : `Your decision changed nothing. ${decided.message}`;
      announce(text);
      return { tone: 'bad', text };
    }
    case 'unknown': {
      announce('The connection was lost before the answer came');
      const now = await found(page, shown.nodeExecId);
      if (!now)
        return { tone: 'bad', text: 'The connection was lost, and the review is no longer there.' };
      if (now.status === 'WAITING') {
        const text =
          'The connection was lost before the answer came. Your decision did not take effect: decide again.';
        announce(text);
        return { tone: 'warn', text };
      }
      if (now.decidedBy === actor) page.drafts.drop(shown.nodeExecId);
      const text = `The connection was lost before the answer came. This is how it stands: ${settledText(now)}.`;
      announce(text);
      return { tone: 'warn', text };
    }
  }
}

/** The review as it stands, as soon as the service can be reached again; null where there is none. */
async function found({ details, inbox }: Page, nodeExecId: string): Promise<Detail | null> {
  for (;;) {
    try {
      const review = await details.read(nodeExecId);
      if (review) inbox.apply([review]);
      return review;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

export function take({ details, inbox }: Page, reviews: readonly Detail[]): void {
  for (const review of reviews) details.put(review);
  inbox.apply(reviews);
}
