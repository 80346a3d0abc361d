import { createContext, use, useCallback, useEffect, useSyncExternalStore } from 'react';
import type { PolicyDraft } from '../policy/draft.ts';
import { type Detail, type DetailState, Details } from './details.ts';
import { type Draft, Drafts } from './drafts.ts';
import { NextReview } from './nextReview.ts';
import { PolicyReasons } from './policyReasons.ts';
import { openService, type Service } from './service.ts';
import { Session } from './session.ts';
import { LastApproval } from './undo.ts';
import { WaitingReviews, type WaitingSnapshot } from './waitingReviews.ts';

export type { Draft } from './drafts.ts';

/** The state that all parts of the page share. */
export type Page = {
  session: Session;
  service: Service;
  waiting: WaitingReviews;
  details: Details;
  drafts: Drafts;
  next: NextReview;
  lastApproval: LastApproval;
  /** When the viewer decided something last, by `performance.now()`. */
  lastDecision: { at: number };
  /**
   * The subject digests of reviews that wait again because the viewer withdrew a decision. They are
   * no news to the viewer.
   */
  ownVersions: Set<string>;
  policyReasons: PolicyReasons;
  /** The change of the policy that was not saved yet. It survives visits to other pages. */
  policyDraft: { current: PolicyDraft | null };
  /** Applies reviews from the response to a decision. */
  apply(reviews: readonly Detail[]): void;
  /** Forgets everything that belongs to the workspace. */
  clear(): void;
};

export function openPage(): Page {
  const session = new Session();
  const service = openService(session);
  const waiting = new WaitingReviews(service);
  const details = new Details(service);
  const drafts = new Drafts();
  const lastApproval = new LastApproval();
  const ownVersions = new Set<string>();
  const policyDraft = { current: null };
  const policyReasons = new PolicyReasons(service);
  waiting.listen({
    // Comments are read on their own, and change nothing else.
    onEvent: ({ kind, nodeExecId }) => {
      if (kind !== 'COMMENTED') details.invalidate(nodeExecId);
    },
    onRechecked: (nodeExecId) => details.invalidate(nodeExecId),
    onReadAnew: () => details.invalidateAll(),
  });
  return {
    session,
    service,
    waiting,
    details,
    drafts,
    next: new NextReview(),
    lastApproval,
    lastDecision: { at: Number.NEGATIVE_INFINITY },
    ownVersions,
    policyReasons,
    policyDraft,
    apply(reviews) {
      for (const review of reviews) details.put(review);
      waiting.apply(reviews);
    },
    clear() {
      waiting.clear();
      details.clear();
      drafts.clear();
      lastApproval.forget();
      ownVersions.clear();
      policyReasons.clear();
      policyDraft.current = null;
    },
  };
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = use(PageContext);
  if (!page) throw new Error('PageContext is missing');
  return page;
}

/** What the reviewer has typed about a review. */
export function useDraft(nodeExecId: string): Draft {
  const { drafts } = usePage();
  return useSyncExternalStore(drafts.subscribe, () => drafts.get(nodeExecId));
}

/** Whether the service does not answer, so that nothing can be decided for now. */
export function useIsAway(): boolean {
  const { service } = usePage();
  return useSyncExternalStore(service.subscribe, service.isAway);
}

export function useWaitingReviews(): WaitingSnapshot {
  const { waiting } = usePage();
  return useSyncExternalStore(waiting.subscribe, waiting.getSnapshot);
}

/** A whole review, which is read if it is not loaded yet and again when it changes. */
export function useDetail(nodeExecId: string): DetailState {
  const { details } = usePage();
  useEffect(() => details.want([nodeExecId]), [details, nodeExecId]);
  return useLoadedDetail(nodeExecId);
}

/** A whole review if it is already loaded. */
export function useLoadedDetail(nodeExecId: string): DetailState {
  const { details } = usePage();
  const subscribe = useCallback(
    (listener: () => void) => details.subscribe(nodeExecId, listener),
    [details, nodeExecId],
  );
  return useSyncExternalStore(subscribe, () => details.get(nodeExecId));
}
