import type { Database } from '../database/database.ts';
import type { DecisionSource } from '../database/generated/prisma/client.ts';

/** How this service is set up to limit what reviews, approvals and decisions may do. */
export type ReviewLimits = {
  /** How long a review waits whose request names no time, in milliseconds; null: without end. */
  expiresByDefault: number | null;
  /** The most that may be asked, in milliseconds, also for one that names no time; null: any time, and no end. */
  expiresAtMost: number | null;
  /** How long an approval that a person gave can be consumed, in hours. */
  approvalHours: number;
  /** How long a standing approval lasts for which nobody says it, in hours. */
  standingApprovalHours: number;
  /** Whether a decision must name the subject that it is about. */
  requireSubjectDigest: boolean;
};

export const defaultLimits: ReviewLimits = {
  expiresByDefault: null,
  expiresAtMost: null,
  approvalHours: 72,
  standingApprovalHours: 24,
  requireSubjectDigest: false,
};

/** How long an approval that no person looked at can be consumed at most, in hours (case A14a). */
const MAX_AUTOMATIC_HOURS = 1;

export const automaticHours = ({ approvalHours }: ReviewLimits): number =>
  Math.min(approvalHours, MAX_AUTOMATIC_HOURS);

/** What the operations of this folder stand on. */
export type ReviewStore = {
  database: Database;
  limits: ReviewLimits;
  /**
   * To be called after a commit that changed something of this owner, so that its feed is read and
   * its jobs run at once.
   */
  notifyFeed(userId: string): void;
  /** Told, after the commit, what this process has settled; absent where nobody counts. */
  onResolved?: ((resolved: ResolvedReviews) => void) | undefined;
};

/** Reviews that one step settled, all the same way. */
export type ResolvedReviews = {
  source: DecisionSource;
  status: 'APPROVED' | 'REJECTED';
  count: number;
  /** From the asking to a reviewer's decision, in milliseconds. */
  waitedMs?: number;
};
