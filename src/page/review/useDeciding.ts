import { useEffect, useRef, useState } from 'react';
import { type AnswerProblem, type Decision, decide } from '../data/decide.ts';
import type { Detail } from '../data/details.ts';
import { type Page, usePage } from '../data/page.ts';
import { announce } from '../parts/Announcer.tsx';
import { outcomeLine } from '../payload/outcomeText.ts';
import { missingText, ownVote } from './approvals.ts';

/** A key or click sooner after a review appeared was meant for what was shown before. */
const MIN_SHOWN_MS = 350;
/** One sooner after another decision was the second click of a double click. */
const MIN_PAUSE_MS = 700;
const RETRY_MS = 1_000;

type Notice = { tone: 'bad' | 'warn'; text: string };

/** What became of a decision: what to tell the reviewer, and the review if it was saved. */
type Sent = {
  notice: Notice | null;
  saved: Detail | null;
  answerProblems?: readonly AnswerProblem[];
};

type Deciding = {
  isSending: boolean;
  /** The result of the last attempt if it did not simply succeed. */
  notice: Notice | null;
  /** What was wrong with the answer of the last attempt. */
  answerProblems: readonly AnswerProblem[];
  /** Sends a decision on the review as it is shown, unless another one is being sent. */
  send(decision: Omit<Decision, 'shown'>): Promise<void>;
};

type Options = {
  actor: string | null;
  /** When the viewer opened the review. Never, if the page did. */
  openedAt: number;
};

/**
 * Decides the open review, and reports its state if the decision was saved. Nothing counts as
 * decided until the service has confirmed it. If no answer comes, the review is read again to find
 * out what happened.
 */
export function useDeciding(
  shown: Detail,
  { actor, openedAt }: Options,
  onSaved: (review: Detail) => void,
): Deciding {
  const page = usePage();
  const [isSending, setSending] = useState(false);
  const [notice, setNotice] = useState<Notice | null>(null);
  const [answerProblems, setAnswerProblems] = useState<readonly AnswerProblem[]>([]);
  const isLocked = useRef(false);
  const shownSince = useRef(0);
  const version = shown.subjectDigest + shown.updatedAt;
  // biome-ignore lint/correctness/useExhaustiveDependencies: restarts with every version
  useEffect(() => {
    shownSince.current = performance.now();
  }, [version]);

  const send: Deciding['send'] = async (decision) => {
    if (isLocked.current || shown.status !== 'WAITING') return;
    const now = performance.now();
    const decidedAt = page.lastDecision.at;
    const isSecondClick = decidedAt > openedAt && now - decidedAt < MIN_PAUSE_MS;
    if (isSecondClick || now - shownSince.current < MIN_SHOWN_MS) {
      // Some keyboards and remote desktops send a held key as many separate ones.
      shownSince.current = now;
      announce('This review has only just appeared. Look at it, then decide.');
      return;
    }
    isLocked.current = true;
    setSending(true);
    setNotice(null);
    setAnswerProblems([]);
    try {
      const sent = await sendDecision(page, { shown, ...decision }, actor);
      const { notice, saved } = sent;
      if (saved) onSaved(saved);
      setNotice(notice);
      setAnswerProblems(sent.answerProblems ?? []);
      if (notice) announce(notice.text);
    } finally {
      isLocked.current = false;
      setSending(false);
    }
  };
  return { isSending, notice, answerProblems, send };
}

async function sendDecision(page: Page, decision: Decision, actor: string | null): Promise<Sent> {
  const { shown, verdict } = decision;
  const refused = (tone: Notice['tone'], text: string): Sent => ({
    notice: { tone, text },
    saved: null,
  });
  const saved = (review: Detail | null): Sent => {
    const { nodeExecId } = shown;
    if (review && verdict === 'APPROVE') {
      page.lastApproval.given([review], page.drafts.get(nodeExecId));
    }
    page.drafts.drop(nodeExecId);
    return { notice: null, saved: review };
  };
  const result = await decide(page.service, [decision]);
  switch (result.kind) {
    case 'done': {
      page.lastDecision.at = performance.now();
      page.apply(result.reviews);
      const [review] = result.reviews;
      if (review && verdict === 'APPROVE' && ownVote(review, actor)) {
        announceDecision(voteText(review), verdict);
        return saved(review);
      }
      if (review && actor !== null && review.decidedBy !== actor) {
        // Somebody else made the same decision first. The draft was not sent, so it is kept.
        return refused('warn', `Already decided: ${outcomeLine(review)}.`);
      }
      const future = result.standingApprovals > 0 ? ', and future requests for this step' : '';
      announceDecision(
        `${doneText(decision)}: ${shown.headline ?? shown.nodeId}${future}`,
        verdict,
      );
      return saved(review ?? null);
    }
    case 'refused': {
      if (result.answerProblems.length > 0) {
        const { answerProblems } = result;
        return { ...refused('bad', "Your answer doesn't fit. Nothing was sent."), answerProblems };
      }
      const now = await readAgain(page, shown.nodeExecId);
      const isClosed = now !== null && now.status !== 'WAITING';
      const reason = isClosed ? `Already decided: ${outcomeLine(now)}.` : result.message;
      return refused('bad', `Your decision wasn't saved. ${reason}`);
    }
    case 'unknown': {
      announce('Connection lost. Checking whether your decision was saved…');
      const now = await readAgain(page, shown.nodeExecId);
      if (!now) return refused('bad', 'The connection was lost and the review no longer exists.');
      if (now.status === 'WAITING') {
        if (verdict !== 'APPROVE' || !ownVote(now, actor)) {
          return refused('warn', "Your decision wasn't saved. Try again.");
        }
        announceDecision(voteText(now), verdict);
        return saved(now);
      }
      if (now.decidedBy === actor) saved(now);
      return refused('warn', `The connection was lost. Current state: ${outcomeLine(now)}.`);
    }
  }
}

/** An approval is shown by the bar that can undo it, so it is only spoken. */
function announceDecision(text: string, verdict: Decision['verdict']): void {
  if (verdict === 'APPROVE') announce(`${text}. Press U to undo.`, { isShown: false });
  else announce(text);
}

function doneText({ shown, verdict }: Decision): string {
  if (verdict === 'REJECT' && shown.kind === 'QUESTION') return 'No answer given';
  return doneTexts[verdict];
}

const doneTexts = {
  APPROVE: 'Approved',
  REJECT: 'Rejected',
  ANSWER: 'Answered',
  REQUEST_CHANGES: 'Changes requested',
} as const;

/** What a vote has brought about. */
function voteText(review: Detail): string {
  if (review.status !== 'WAITING') return `Approved: ${review.headline ?? review.nodeId}`;
  return `Your approval counts. ${missingText(review) ?? 'More approvals are required'}`;
}

/** Reads a review as soon as the service is reachable again. Null if it does not exist. */
async function readAgain(page: Page, nodeExecId: string): Promise<Detail | null> {
  for (;;) {
    try {
      const review = await page.details.read(nodeExecId);
      if (review) page.waiting.apply([review]);
      return review;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
