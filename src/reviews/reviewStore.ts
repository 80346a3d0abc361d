import type { Database } from '../database/database.ts';
import type { DecisionSource } from '../database/generated/prisma/client.ts';
import type { Policies } from '../policy/policies.ts';
import type { StoredVerdict } from '../policy/verdict.ts';
import type { WorkspaceQuotas } from './workspaceQuotas.ts';

/** Limits for reviews, approvals and decisions, from the configuration. */
export type ReviewLimits = {
  /** How long a review without `expiresAt` waits, in milliseconds. Null: no limit. */
  expiresByDefault: number | null;
  /** How long any review may wait, in milliseconds. Null: no limit. */
  expiresAtMost: number | null;
  /** How long an approval by a person can be consumed, in hours. */
  approvalHours: number;
  /** How long a standing approval without `expiresAt` lasts, in hours. */
  standingApprovalHours: number;
  /** Whether a decision must include the `subjectDigest`. */
  requireSubjectDigest: boolean;
};

export const defaultLimits: ReviewLimits = {
  expiresByDefault: null,
  expiresAtMost: null,
  approvalHours: 72,
  standingApprovalHours: 24,
  requireSubjectDigest: false,
};

/** How long an approval by a standing approval can be consumed at most, in hours. */
const MAX_AUTOMATIC_HOURS = 1;

export const automaticHours = ({ approvalHours }: ReviewLimits): number =>
  Math.min(approvalHours, MAX_AUTOMATIC_HOURS);

/** What the operations on reviews need. */
export type ReviewStore = {
  database: Database;
  limits: ReviewLimits;
  policies: Policies;
  /** Absent: no quotas. */
  quotas?: Pick<WorkspaceQuotas, 'check' | 'checkStorage' | 'refused'> | undefined;
  /**
   * Call it after a commit that changed the workspace, so that its feed is read and its jobs run at
   * once.
   */
  notifyFeed(userId: string): void;
  /** Called after a commit in which this process resolved reviews. For metrics. */
  onResolved?: ((resolved: ResolvedReviews) => void) | undefined;
  /** Called after a commit with what the policy says about a new review. For metrics. */
  onVerdict?: ((verdict: StoredVerdict) => void) | undefined;
  /** Called after a commit in which this process changed waiting reviews. For metrics. */
  onChanged?: ((change: ReviewChange, count: number) => void) | undefined;
};

/** What happens to reviews besides decisions. */
export type ReviewChange =
  | 'voted'
  | 'claimed'
  | 'released'
  | 'withdrawn'
  | 'reassigned'
  | 'escalated'
  | 'revised';

/** Reviews that were resolved together and in the same way. */
export type ResolvedReviews = {
  source: DecisionSource;
  status: 'APPROVED' | 'REJECTED' | 'ANSWERED' | 'CHANGES_REQUESTED';
  count: number;
  /** Time from the request to a reviewer's decision, in milliseconds. */
  waitedMs?: number;
};
