/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AddCommentInput = {
  /** ID of the review. */
  nodeExecId: string | number;
  /** JSON pointer (RFC 6901) into the payload. Defaults to null: on the whole. */
  pointer?: string | null | undefined;
  /** The comment, 1 to 2,000 characters. */
  text: string;
};

/** Approvals from a team, from some actors, or (without both) from anyone with `review:decide`. */
export type ApprovalRequirementInput = {
  /** The actors, at most 50. */
  actors?: Array<string> | null | undefined;
  /** How many approvals, 1 to 10. Defaults to 1. */
  count?: number | null | undefined;
  /** ID of the team. */
  teamId?: string | number | null | undefined;
};

export type CancelPendingReviewsInput = {
  /** ID of the run or copilot session. */
  graphExecId: string | number;
};

export type CheckApprovalInput = {
  /** ID of the run or copilot session. */
  graphExecId: string | number;
  /** The current input of the step, to return as `data` under a standing approval. */
  inputData?: unknown;
  /** ID of the review. */
  nodeExecId: string | number;
  /** ID of the step. */
  nodeId: string | number;
};

export type ClaimReviewInput = {
  /** ID of the review. */
  nodeExecId: string | number;
};

export type ConsumeReviewInput = {
  /** A random key for this attempt to act. If the response is lost, the same actor can repeat the call with the same key and gets the approval again, until an outcome is reported. Without a key, a repeated call is refused. */
  idempotencyKey?: string | null | undefined;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Digest of the payload that you are about to act on: `sha256:` and 64 hex digits. */
  payloadDigest: string;
};

export type CreateApiTokenInput = {
  /** The agent or person that acts with it. */
  actor: string;
  /** When it expires. Defaults to 90 days from now. */
  expiresAt?: string | null | undefined;
  /** What it may do: nothing that you may not. For another actor than yourself only `review:request` and `review:read`. */
  scopes: Array<string>;
};

export type CreateAutoApprovalInput = {
  /** When it expires; must be in the future. Defaults to `HOLDPOINT_STANDING_APPROVAL_HOURS` from now. */
  expiresAt?: string | null | undefined;
  /** ID of the run or copilot session. */
  graphExecId: string | number;
  /** ID of the workflow. */
  graphId: string | number;
  /** Version of the workflow, 0 or more. */
  graphVersion: number;
  /** How many reviews it may approve, 1 or more. Defaults to null: unlimited. */
  maxUses?: number | null | undefined;
  /** ID of the step. */
  nodeId: string | number;
  /** A payload to keep on record. */
  payload?: unknown;
  /** The agent whose requests it approves. Defaults to null: those of any agent in the run. */
  requestedBy?: string | null | undefined;
  /** A CEL expression: it only applies to requests for which this is true. Defaults to null: all. */
  when?: string | null | undefined;
};

export type CreateDelegationInput = {
  /** Who is away. Defaults to yourself. Anybody else needs `people:manage`. */
  from?: string | null | undefined;
  /** Why, up to 2,000 characters. */
  reason?: string | null | undefined;
  /** When it begins. Defaults to now, which is also the earliest. */
  startsAt?: string | null | undefined;
  /** Who decides in their place: a member that is a person and not disabled. Never yourself. */
  to: string;
  /** When it ends, at most 90 days from now. */
  until: string;
};

export type CreateWebhookInput = {
  /** Kinds of events to send. Defaults to null: all. */
  kinds?: Array<ReviewEventKind> | null | undefined;
  /** URL to send events to: `https://…`, on the public internet. */
  url: string;
};

export type DecideReviewsInput = {
  /** The decisions, 1 to 100, each for another review. */
  decisions: Array<ReviewDecisionInput>;
};

/** Who or what decided a review. */
export type DecisionSource =
  /** A standing approval applied. */
  | 'AUTO_APPROVAL'
  /** The run was stopped or ended, so the review was rejected. */
  | 'CANCELLATION'
  /** Nobody decided before `expiresAt`, so the review was rejected. */
  | 'EXPIRY'
  /** A person with `review:override` decided, without the approvals it requires. */
  | 'OVERRIDE'
  /** A rule of the policy allowed or denied it. */
  | 'POLICY'
  /** A person decided. */
  | 'REVIEWER';

export type DeleteReviewInput = {
  /** ID of the review. */
  nodeExecId: string | number;
};

export type DeleteTeamInput = {
  /** ID of the team. */
  teamId: string | number;
};

export type DeleteWebhookInput = {
  /** ID of the webhook. */
  webhookId: string | number;
};

/** Once the review has waited this long, these may decide it too. */
export type EscalationStepInput = {
  /** Actors, at most 50. */
  actors?: Array<string> | null | undefined;
  /** Time after the request, such as `30m`, `12h` or `7d`. */
  after: string;
  /** IDs of teams. */
  teamIds?: Array<string | number> | null | undefined;
};

/** Status of a run. `COMPLETED`, `TERMINATED` and `FAILED` mean that it has ended and can no longer request reviews. */
export type ExecutionStatus =
  | 'COMPLETED'
  | 'FAILED'
  | 'INCOMPLETE'
  | 'QUEUED'
  | 'REVIEW'
  | 'RUNNING'
  | 'TERMINATED';

/** Why the viewer may not approve a review now. */
export type MayNotDecide =
  /** The viewer's approval already counts. */
  | 'ALREADY_VOTED'
  /** Somebody else is looking at it. Pass `despiteClaim`. */
  | 'CLAIMED_BY_ANOTHER'
  /** The token or session has no `review:decide`. */
  | 'MISSING_SCOPE'
  /** Others were asked to approve it. */
  | 'NOT_ELIGIBLE'
  /** It is decided. */
  | 'NOT_WAITING'
  /** The viewer requested it or may consume its approval. */
  | 'OWN_REQUEST';

/** What a member is. */
export type MemberKind =
  /** An agent, which never decides. */
  | 'AGENT'
  /** A person, who may decide. */
  | 'PERSON';

export type OverrideReviewInput = {
  /** The decision. */
  decision: ReviewDecision;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Why: 10 to 2,000 characters. */
  reason: string;
  /** The `subjectDigest` that you looked at. */
  subjectDigest: string;
};

/** Restricts which reviews are listed. Fields that are absent do not restrict. */
export type PendingReviewFilter = {
  /** Only reviews that this actor has claimed. */
  claimedBy?: string | null | undefined;
  /** Only reviews of this run or copilot session. */
  graphExecId?: string | number | null | undefined;
  /** Only reviews of this workflow. */
  graphId?: string | number | null | undefined;
  /** Only reviews that you may approve now; with false, only the others. */
  mayDecide?: boolean | null | undefined;
  /** Only reviews that this team is asked to approve now. */
  teamId?: string | number | null | undefined;
  /** Only reviews that nobody has claimed; with false, only the others. */
  unclaimed?: boolean | null | undefined;
};

/** Whether the rules of a policy take effect. */
export type PolicyMode =
  /** The verdict takes effect. */
  | 'ENFORCED'
  /** The rules are kept, and not evaluated. */
  | 'OFF'
  /** The verdict is recorded on each review, without effect. */
  | 'SHADOW';

export type PolicyRuleInput = {
  /** Approvals that are required, by different people. Only with `REVIEW`. */
  approvalsRequired?: Array<ApprovalRequirementInput> | null | undefined;
  /** What the rule does. */
  effect: RuleEffect;
  /** Who may meet this rule's requirements too if nobody decides in time. Only with `REVIEW`. */
  escalation?: Array<EscalationStepInput> | null | undefined;
  /** How long the review waits at most, such as `30m`, `12h` or `7d`. Only with `REVIEW`. */
  expiresAfter?: string | null | undefined;
  /** Told to the agent with `DENY`, and to reviewers with `REVIEW`. */
  reason?: string | null | undefined;
  /** The review's risk is at least this. */
  risk?: Risk | null | undefined;
  /** 1 to 64 of a-z, 0-9 and hyphens; unique in the policy. */
  ruleId: string | number;
  /** A CEL expression. The rule applies where it is true. */
  when: string;
};

export type PreviewAutoApprovalInput = {
  /** ID of the step. */
  nodeId: string | number;
  /** Which past requests to look at. */
  range?: PreviewRange | null | undefined;
  /** A CEL expression that a request must meet. Defaults to null: any request. */
  when?: string | null | undefined;
};

export type PreviewPolicyInput = {
  /** Which past requests to look at. */
  range?: PreviewRange | null | undefined;
  /** The draft. */
  rules: Array<PolicyRuleInput>;
};

/** Which past requests to look at. Fields that are absent do not restrict. */
export type PreviewRange = {
  /** Only requests made at this time or later. */
  from?: string | null | undefined;
  /** Only requests of this workflow. */
  graphId?: string | number | null | undefined;
  /** Only requests for this step. */
  nodeId?: string | number | null | undefined;
  /** Only requests made before this time. */
  to?: string | null | undefined;
};

export type ReassignReviewInput = {
  /** What is required from now on: at least as many approvals as before. */
  approvalsRequired: Array<ApprovalRequirementInput>;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Why, for the history. */
  reason: string;
};

export type RedeliverWebhookEventInput = {
  /** Cursor of the delivery. */
  cursor: string;
  /** ID of the webhook. */
  webhookId: string | number;
};

export type RegisterExecutionInput = {
  /** ID of the run. */
  graphExecId: string | number;
  /** ID of the workflow. */
  graphId: string | number;
  /** Version of the workflow, 0 or more. */
  graphVersion: number;
  /** The new status of the run. */
  status?: ExecutionStatus | null | undefined;
};

export type ReleaseReviewInput = {
  /** ID of the review. */
  nodeExecId: string | number;
};

export type ReportOutcomeInput = {
  /** Details for people, at most 10,000 characters. */
  detail?: string | null | undefined;
  /** ID of the review. */
  nodeExecId: string | number;
  /** The outcome of the action. */
  outcome: ReviewOutcome;
};

export type RequestReviewInput = {
  /** What the agent can deal with. `REJECT` is always allowed. Defaults to `APPROVE` and `REJECT`, or `ANSWER` and `REJECT` for a `QUESTION`. */
  allowedDecisions?: Array<ReviewDecision> | null | undefined;
  /** JSON Schema 2020-12 that the answer to a `QUESTION` must fit, at most 64 KB. Required with `QUESTION` only. */
  answerSchema?: unknown;
  /** All of these must be met, by different people, at most 5. Defaults to one approval by anyone with `review:decide`. */
  approvalsRequired?: Array<ApprovalRequirementInput> | null | undefined;
  /** Other actors that may consume the approval, at most 20. */
  consumers?: Array<string> | null | undefined;
  /** Whether the reviewer may edit the payload. */
  editable?: boolean | null | undefined;
  /** Who may decide too if nobody decides in time, in the order of the times. */
  escalation?: Array<EscalationStepInput> | null | undefined;
  /** If the review is still `WAITING` at this time, it is rejected. Must be in the future and within `HOLDPOINT_REVIEW_MAX_EXPIRES`, if that is set. Defaults to `HOLDPOINT_REVIEW_EXPIRES` from now, or to never if neither is set. */
  expiresAt?: string | null | undefined;
  /** ID of the run, or of the copilot session (`copilot-session-…`). */
  graphExecId: string | number;
  /** ID of the workflow. */
  graphId: string | number;
  /** Version of the workflow, 0 or more. */
  graphVersion: number;
  /** One line, for lists and messages. At most 200 characters. */
  headline?: string | null | undefined;
  /** What the reviewer should know. Defaults to the message of the approval that the payload describes, if any. */
  instructions?: string | null | undefined;
  /** Defaults to `ACTION`. A `QUESTION` asks for an answer, not for an approval. */
  kind?: ReviewKind | null | undefined;
  /** Where the reviewer can read more, at most 10. */
  links?: Array<ReviewLinkInput> | null | undefined;
  /** ID of the review: one execution of one step. Requests with the same ID are the same request. */
  nodeExecId: string | number;
  /** ID of the step. Defaults to `nodeExecId`. A synthetic copilot `nodeExecId` contains it; then it must be absent or equal. */
  nodeId?: string | number | null | undefined;
  /** What the step will act on. At most 1,000,000 characters of JSON. Defaults to null. */
  payload?: unknown;
  /** Whether the agent could undo the step. */
  reversible?: boolean | null | undefined;
  /** The risk as the agent sees it. A rule of the policy may raise it. */
  risk?: Risk | null | undefined;
  /** At most 20, each of 1 to 64 characters. */
  tags?: Array<string> | null | undefined;
};

/** State of a request, from the point of view of the agent. */
export type RequestState =
  /** Answered: `result.data` is the answer. */
  | 'ANSWERED'
  /** Approved. Call `consumeReview`, then act on `result` once. */
  | 'APPROVED'
  /** Changes are requested in `result.message`. Call `reviseReview`, or give up. */
  | 'CHANGES_REQUESTED'
  /** Approved, and the approval is already used. Do not act. */
  | 'CONSUMED'
  /** Rejected. Do not act. */
  | 'REJECTED'
  /** Approved, but the run was stopped or the approval was not consumed in time. Do not act; request again with another ID. */
  | 'VOID'
  /** No decision yet. Request again later, or subscribe to the feed. */
  | 'WAITING';

export type ReviewCommentInput = {
  /** JSON pointer (RFC 6901) into the payload. Defaults to null: on the whole. */
  pointer?: string | null | undefined;
  /** The comment, 1 to 2,000 characters. */
  text: string;
};

/** A reviewer's decision. */
export type ReviewDecision =
  /** Answers a question. */
  | 'ANSWER'
  /** The agent may act on the payload. */
  | 'APPROVE'
  /** The agent must not act. */
  | 'REJECT'
  /** The agent may revise the payload. Then it waits again. */
  | 'REQUEST_CHANGES';

export type ReviewDecisionInput = {
  /** With `ANSWER`: the answer, which must fit the `answerSchema`. */
  answer?: unknown;
  /** With `APPROVE`: also create a standing approval for later requests of the same agent for this step. Ignored with `REJECT`. */
  autoApproveFuture?: boolean | null | undefined;
  /** With `autoApproveFuture`: how many later reviews the standing approval may approve, 1 or more. Defaults to null: unlimited. */
  autoApproveMaxUses?: number | null | undefined;
  /** With `autoApproveFuture`: when the standing approval expires; must be in the future. Defaults to `HOLDPOINT_STANDING_APPROVAL_HOURS` from now. */
  autoApproveUntil?: string | null | undefined;
  /** With `autoApproveFuture`: the standing approval only applies to requests for which this CEL expression is true. It must be true for this step. */
  autoApproveWhen?: string | null | undefined;
  /** Comments to add with the decision, at most 50. */
  comments?: Array<ReviewCommentInput> | null | undefined;
  /** The decision. */
  decision: ReviewDecision;
  /** Decide although somebody else has claimed the review. */
  despiteClaim?: boolean | null | undefined;
  /** Message to the agent, kept in the history. At most 2,000 characters. */
  message?: string | null | undefined;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Decide in the place of this actor, who delegates to you. */
  onBehalfOf?: string | null | undefined;
  /** The edited payload, nested at most 10 levels or as deep as the payload. Leave it out to keep the payload; null replaces the payload with null. */
  payload?: unknown;
  /** The `payloadDigest` that the reviewer saw. If the payload has changed since, the call fails with a `ReviewConflictError`. */
  payloadDigest?: string | null | undefined;
  /** The `subjectDigest` that the reviewer saw. If anything about the review has changed since, the call fails with a `ReviewConflictError`. Required if the service is configured so, which is the default in production. */
  subjectDigest?: string | null | undefined;
};

/** What happened to a review. */
export type ReviewEventKind =
  /** A reviewer answered the question. */
  | 'ANSWERED'
  /** A reviewer or a standing approval approved it. */
  | 'APPROVED'
  /** It was rejected because its run was stopped or ended. */
  | 'CANCELLED'
  /** A reviewer requested changes. */
  | 'CHANGES_REQUESTED'
  /** A reviewer is looking at it. */
  | 'CLAIMED'
  /** Somebody commented on it. */
  | 'COMMENTED'
  /** The request was withdrawn. */
  | 'DELETED'
  /** More people may decide, because nobody had decided in time. */
  | 'ESCALATED'
  /** It was rejected because nobody decided in time. */
  | 'EXPIRED'
  /** The outcome was consumed or claimed. */
  | 'PROCESSED'
  /** Other approvals are required. */
  | 'REASSIGNED'
  /** A reviewer rejected it. */
  | 'REJECTED'
  /** The reviewer who had claimed it no longer does. */
  | 'RELEASED'
  /** The agent reported the outcome of the action. */
  | 'REPORTED'
  /** An agent requested the review. */
  | 'REQUESTED'
  /** The agent replaced the payload. The review waits. */
  | 'REVISED'
  /** The row was changed in the database in some other way. */
  | 'UPDATED'
  /** The approval became void: its run was stopped, or it was not consumed in time. */
  | 'VOIDED'
  /** An approval counts, and more are required. */
  | 'VOTED'
  /** A vote or a decision was withdrawn. The review waits. */
  | 'WITHDRAWN';

/** What an agent requests. */
export type ReviewKind =
  /** Approval of something that the agent is about to do. */
  | 'ACTION'
  /** An answer: something that the agent needs to know. */
  | 'QUESTION';

export type ReviewLinkInput = {
  /** What is there. At most 200 characters. */
  title: string;
  /** Address with https, at most 2,000 characters. */
  url: string;
};

/** What happened when the agent acted on an approval, as reported by the agent. */
export type ReviewOutcome =
  /** The action was carried out. */
  | 'EXECUTED'
  /** The action was attempted and failed. */
  | 'FAILED'
  /** The action was not attempted. */
  | 'SKIPPED';

/** Which reviews to find. All that is given must hold; empty lists and blank text do not restrict. */
export type ReviewSearch = {
  /** Only reviews that this actor decided. */
  decidedBy?: string | null | undefined;
  /** Only reviews that one of these decided. */
  decisionSource?: Array<DecisionSource> | null | undefined;
  /** Only reviews of this run or copilot session. */
  graphExecId?: string | number | null | undefined;
  /** Only reviews of this workflow. */
  graphId?: string | number | null | undefined;
  /** Only actions, or only questions. */
  kind?: ReviewKind | null | undefined;
  /** Only reviews of this step. */
  nodeId?: string | number | null | undefined;
  /** Only reviews that this actor requested. */
  requestedBy?: string | null | undefined;
  /** Only reviews requested at this time or later. */
  requestedFrom?: string | null | undefined;
  /** Only reviews requested before this time. */
  requestedTo?: string | null | undefined;
  /** Only reviews with this risk or a higher one. */
  riskAtLeast?: Risk | null | undefined;
  /** Only reviews whose policy verdict is this rule's. */
  ruleId?: string | number | null | undefined;
  /** Only reviews in one of these. */
  status?: Array<ReviewStatus> | null | undefined;
  /** Only reviews with exactly this tag. */
  tag?: string | null | undefined;
  /** Only reviews that this team was asked to approve. */
  teamId?: string | number | null | undefined;
  /** Words of the headline, the instructions, the step, the workflow, the run or a tag, or the beginnings of such words. Up to 200 characters. Payloads are not searched. */
  text?: string | null | undefined;
};

/** State of a review, to list by. */
export type ReviewState =
  /** Approved or rejected, by a person or automatically. */
  | 'DECIDED'
  /** Rejected because nobody decided in time. */
  | 'EXPIRED'
  /** Approved and still valid, but not consumed yet. */
  | 'UNCONSUMED'
  /** Consumed, but no outcome was reported. */
  | 'UNREPORTED'
  /** No decision yet. */
  | 'WAITING';

/** Status of a review. It leaves `WAITING` exactly once, unless the decision is withdrawn. */
export type ReviewStatus =
  /** A question that was answered. */
  | 'ANSWERED'
  /** Approved, possibly with an edited payload. */
  | 'APPROVED'
  /** The agent may revise the payload. Then the review waits again. */
  | 'CHANGES_REQUESTED'
  /** Rejected by a reviewer, expired, or cancelled. */
  | 'REJECTED'
  /** No decision yet. */
  | 'WAITING';

export type ReviseReviewInput = {
  /** The `payloadDigest` that this revision replaces. */
  basedOnDigest: string;
  /** ID of the review. */
  nodeExecId: string | number;
  /** What changed. At most 2,000 characters. */
  note?: string | null | undefined;
  /** The new payload. Defaults to null. */
  payload?: unknown;
};

export type RevokeApiTokenInput = {
  /** ID of the token. */
  apiTokenId: string | number;
};

export type RevokeAutoApprovalInput = {
  /** ID of the run or copilot session. */
  graphExecId: string | number;
  /** ID of the step. */
  nodeId: string | number;
};

export type RevokeDelegationInput = {
  /** ID of the delegation. */
  delegationId: string | number;
};

/** How much harm a step can do. */
export type Risk =
  | 'CRITICAL'
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

export type RotateWebhookSecretInput = {
  /** ID of the webhook. */
  webhookId: string | number;
};

/** What a rule does. If several rules apply, the strictest effect wins. */
export type RuleEffect =
  /** No person is needed. */
  | 'ALLOW'
  /** Nobody may approve it. */
  | 'DENY'
  /** A person is needed. */
  | 'REVIEW';

export type SetMemberInput = {
  /** The member. Created if it is unknown. */
  actor: string;
  /** True ends its sessions, API tokens, delegations, claims and unconsumed approvals for good, and refuses its JWTs. Defaults to what it was. */
  disabled?: boolean | null | undefined;
  /** Its name for people, up to 200 characters. Absent: as it was. Null: none. */
  displayName?: string | null | undefined;
  /** Its e-mail address. Absent: as it was. Null: none. */
  email?: string | null | undefined;
  /** What it is. Defaults to what it was, or `PERSON`. Not your own. */
  kind?: MemberKind | null | undefined;
};

export type SetPolicyInput = {
  /** The version that you changed; 0 for the first. */
  basedOnVersion: number;
  /** Whether the rules take effect. */
  mode: PolicyMode;
  /** Why you save it, for people, at most 2,000 characters. */
  note?: string | null | undefined;
  /** All rules, at most 100. Their order does not matter. */
  rules: Array<PolicyRuleInput>;
};

export type SetReviewProcessedInput = {
  /** A random key for this call. If the response is lost, repeating the call with the same key returns the same `changed`. */
  idempotencyKey?: string | null | undefined;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Must be true. A claim cannot be undone. */
  processed: boolean;
};

export type SetTeamInput = {
  /** The whole list, up to 10,000. Unknown actors become members. Nobody adds themselves. */
  actors: Array<string>;
  /** A group of the identity provider whose members are in the team. Not one of your own, unless the team lists you. Defaults to null: none. */
  idpGroup?: string | null | undefined;
  /** Its name for people, up to 200 characters. */
  name: string;
  /** 1 to 64 of a-z, 0-9 and hyphens. */
  teamId: string | number;
};

export type SetWebhookEnabledInput = {
  /** Whether to send events. */
  enabled: boolean;
  /** ID of the webhook. */
  webhookId: string | number;
};

/** What figures are grouped by. */
export type StatsBy =
  /** The person who decided. Only reviews that people decided count. */
  | 'ACTOR'
  /** The day of the request in UTC, such as `2026-11-21`. */
  | 'DAY'
  /** The workflow. */
  | 'GRAPH'
  /** The step. */
  | 'NODE'
  /** The rules behind the policy verdict. A review counts for each of them. */
  | 'RULE'
  /** The teams that were asked. A review counts for each of them. */
  | 'TEAM';

export type UnlinkMemberInput = {
  /** The member. */
  actor: string;
};

/** Why a vote no longer counts. */
export type VoteEnd =
  /** The voter may no longer decide the review. */
  | 'NOT_ELIGIBLE'
  /** The payload was edited after it. */
  | 'PAYLOAD_CHANGED'
  /** It was withdrawn, or the decision was. */
  | 'WITHDRAWN';

/** Status of a webhook delivery. */
export type WebhookDeliveryStatus =
  /** The receiver accepted the event. */
  | 'DELIVERED'
  /** Every attempt failed. `redeliverWebhookEvent` sends it again. */
  | 'PARKED'
  /** Not delivered yet. Failed attempts are retried for 24 hours. */
  | 'PENDING';

export type WithdrawDecisionInput = {
  /** ID of the review. */
  nodeExecId: string | number;
  /** Why, for the history. At most 2,000 characters. */
  reason?: string | null | undefined;
  /** The `subjectDigest` that was decided or voted on. */
  subjectDigest: string;
};

/** What a workspace may have only so much of. */
export type WorkspaceQuota =
  /** All its reviews and attachments (`HOLDPOINT_MAX_STORED_MB`). */
  | 'STORED_BYTES'
  /** Reviews that are waiting (`HOLDPOINT_MAX_WAITING_REVIEWS`). */
  | 'WAITING_REVIEWS';

export type AutoApprovalFragment = { key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean };

export type AutoApprovalsQueryVariables = Exact<{
  graphExecId: string | number;
}>;

export type AutoApprovalsQuery = { autoApprovals: Array<{ key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean }> };

export type AllAutoApprovalsQueryVariables = Exact<{
  active?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type AllAutoApprovalsQuery = { allAutoApprovals: { edges: Array<{ cursor: string, node: { key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateAutoApprovalMutationVariables = Exact<{
  input: CreateAutoApprovalInput;
}>;

export type CreateAutoApprovalMutation = { createAutoApproval:
    | { __typename: 'CreateAutoApprovalPayload', autoApproval: { key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
   };

export type RevokeAutoApprovalMutationVariables = Exact<{
  input: RevokeAutoApprovalInput;
}>;

export type RevokeAutoApprovalMutation = { revokeAutoApproval:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RevokeAutoApprovalPayload', autoApproval: { key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }
   };

export type ReviseReviewMutationVariables = Exact<{
  input: ReviseReviewInput;
}>;

export type ReviseReviewMutation = { reviseReview:
    | { __typename: 'ExecutionEndedError', message: string, executionStatus: ExecutionStatus }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'QuotaExceededError', quota: WorkspaceQuota, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'ReviseReviewPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
   };

export type AddCommentMutationVariables = Exact<{
  input: AddCommentInput;
}>;

export type AddCommentMutation = { addComment:
    | { __typename: 'AddCommentPayload', comment: { id: string, actor: string, text: string, pointer: string | null, revision: number, at: string } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'QuotaExceededError', quota: WorkspaceQuota, message: string }
   };

export type CommentFragment = { id: string, actor: string, text: string, pointer: string | null, revision: number, at: string };

export type CommentsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;

export type CommentsQuery = { reviews: Array<{ nodeExecId: string, comments: Array<{ id: string, actor: string, text: string, pointer: string | null, revision: number, at: string }> }> };

export type RevisionFragment = { revision: number, payload: unknown, payloadDigest: string, note: string | null, at: string, changesRequestedBy: string | null, changesRequested: string | null };

export type RevisionsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;

export type RevisionsQuery = { reviews: Array<{ nodeExecId: string, revisions: Array<{ revision: number, payload: unknown, payloadDigest: string, note: string | null, at: string, changesRequestedBy: string | null, changesRequested: string | null }> }> };

export type DecideReviewsMutationVariables = Exact<{
  input: DecideReviewsInput;
}>;

export type DecideReviewsMutation = { decideReviews:
    | { __typename: 'DecideReviewsPayload', approvedCount: number, rejectedCount: number, votedCount: number, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }>, autoApprovals: Array<{ key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotEligibleError', nodeExecIds: Array<string>, message: string }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'ReviewNotEditableError', nodeExecIds: Array<string>, message: string }
    | { __typename: 'SelfApprovalError', nodeExecIds: Array<string>, message: string }
   };

export type ClaimReviewMutationVariables = Exact<{
  input: ClaimReviewInput;
}>;

export type ClaimReviewMutation = { claimReview:
    | { __typename: 'ClaimReviewPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotEligibleError', nodeExecIds: Array<string>, message: string }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'SelfApprovalError', nodeExecIds: Array<string>, message: string }
   };

export type ReleaseReviewMutationVariables = Exact<{
  input: ReleaseReviewInput;
}>;

export type ReleaseReviewMutation = { releaseReview:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReleaseReviewPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
   };

export type WithdrawDecisionMutationVariables = Exact<{
  input: WithdrawDecisionInput;
}>;

export type WithdrawDecisionMutation = { withdrawDecision:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotEligibleError', nodeExecIds: Array<string>, message: string }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'SelfApprovalError', nodeExecIds: Array<string>, message: string }
    | { __typename: 'WithdrawDecisionPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
   };

export type ReassignReviewMutationVariables = Exact<{
  input: ReassignReviewInput;
}>;

export type ReassignReviewMutation = { reassignReview:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotEligibleError', nodeExecIds: Array<string>, message: string }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReassignReviewPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'SelfApprovalError', nodeExecIds: Array<string>, message: string }
   };

export type OverrideReviewMutationVariables = Exact<{
  input: OverrideReviewInput;
}>;

export type OverrideReviewMutation = { overrideReview:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'OverrideReviewPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'SelfApprovalError', nodeExecIds: Array<string>, message: string }
   };

export type ExecutionFragment = { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus, registeredBy: string | null, stoppedBy: string | null, hasPendingReviews: boolean, createdAt: string, updatedAt: string };

export type GraphExecutionQueryVariables = Exact<{
  graphExecId: string | number;
}>;

export type GraphExecutionQuery = { graphExecution: { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus, registeredBy: string | null, stoppedBy: string | null, hasPendingReviews: boolean, createdAt: string, updatedAt: string } | null };

export type RegisterExecutionMutationVariables = Exact<{
  input: RegisterExecutionInput;
}>;

export type RegisterExecutionMutation = { registerExecution:
    | { __typename: 'ExecutionEndedError', message: string, executionStatus: ExecutionStatus }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'RegisterExecutionPayload', execution: { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus, registeredBy: string | null, stoppedBy: string | null, hasPendingReviews: boolean, createdAt: string, updatedAt: string } }
   };

export type CancelPendingReviewsMutationVariables = Exact<{
  input: CancelPendingReviewsInput;
}>;

export type CancelPendingReviewsMutation = { cancelPendingReviews:
    | { __typename: 'CancelPendingReviewsPayload', cancelledCount: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
   };

export type HandshakeQueryVariables = Exact<{ [key: string]: never; }>;

export type HandshakeQuery = { apiVersion: string, viewer: { scopes: Array<string> } };

export type TeamFragment = { teamId: string, name: string, idpGroup: string | null, createdAt: string, members: Array<{ actor: string, kind: MemberKind, displayName: string | null, email: string | null, createdAt: string, disabledAt: string | null }> };

export type MemberFragment = { actor: string, kind: MemberKind, displayName: string | null, email: string | null, createdAt: string, disabledAt: string | null };

export type DelegationFragment = { delegationId: string, from: string, to: string, startsAt: string, until: string, reason: string | null, active: boolean, createdBy: string, revokedAt: string | null };

export type ApiTokenFragment = { apiTokenId: string, actor: string, scopes: Array<string>, createdAt: string, createdBy: string | null, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null };

export type TeamsQueryVariables = Exact<{ [key: string]: never; }>;

export type TeamsQuery = { teams: Array<{ teamId: string, name: string, idpGroup: string | null, createdAt: string, members: Array<{ actor: string, kind: MemberKind, displayName: string | null, email: string | null, createdAt: string, disabledAt: string | null }> }> };

export type MembersQueryVariables = Exact<{ [key: string]: never; }>;

export type MembersQuery = { members: Array<{ actor: string, kind: MemberKind, displayName: string | null, email: string | null, createdAt: string, disabledAt: string | null }> };

export type DelegationsQueryVariables = Exact<{ [key: string]: never; }>;

export type DelegationsQuery = { delegations: Array<{ delegationId: string, from: string, to: string, startsAt: string, until: string, reason: string | null, active: boolean, createdBy: string, revokedAt: string | null }> };

export type ApiTokensQueryVariables = Exact<{ [key: string]: never; }>;

export type ApiTokensQuery = { apiTokens: Array<{ apiTokenId: string, actor: string, scopes: Array<string>, createdAt: string, createdBy: string | null, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null }> };

export type PeopleChangesQueryVariables = Exact<{
  first?: number | null | undefined;
  before?: string | null | undefined;
}>;

export type PeopleChangesQuery = { peopleChanges: Array<{ cursor: string, at: string, actor: string, change: string, subject: string, detail: unknown }> };

export type SetTeamMutationVariables = Exact<{
  input: SetTeamInput;
}>;

export type SetTeamMutation = { setTeam:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'SetTeamPayload', team: { teamId: string, name: string, idpGroup: string | null, createdAt: string, members: Array<{ actor: string, kind: MemberKind, displayName: string | null, email: string | null, createdAt: string, disabledAt: string | null }> } }
   };

export type DeleteTeamMutationVariables = Exact<{
  input: DeleteTeamInput;
}>;

export type DeleteTeamMutation = { deleteTeam:
    | { __typename: 'DeleteTeamPayload', deletedCount: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'TeamInUseError', nodeExecIds: Array<string>, ruleIds: Array<string>, message: string }
   };

export type SetMemberMutationVariables = Exact<{
  input: SetMemberInput;
}>;

export type SetMemberMutation = { setMember:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'SetMemberPayload', member: { actor: string, kind: MemberKind, displayName: string | null, email: string | null, createdAt: string, disabledAt: string | null } }
   };

export type UnlinkMemberMutationVariables = Exact<{
  input: UnlinkMemberInput;
}>;

export type UnlinkMemberMutation = { unlinkMember:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'UnlinkMemberPayload', member: { actor: string, kind: MemberKind, displayName: string | null, email: string | null, createdAt: string, disabledAt: string | null } }
   };

export type CreateDelegationMutationVariables = Exact<{
  input: CreateDelegationInput;
}>;

export type CreateDelegationMutation = { createDelegation:
    | { __typename: 'CreateDelegationPayload', delegation: { delegationId: string, from: string, to: string, startsAt: string, until: string, reason: string | null, active: boolean, createdBy: string, revokedAt: string | null } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
   };

export type RevokeDelegationMutationVariables = Exact<{
  input: RevokeDelegationInput;
}>;

export type RevokeDelegationMutation = { revokeDelegation:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RevokeDelegationPayload', delegation: { delegationId: string, from: string, to: string, startsAt: string, until: string, reason: string | null, active: boolean, createdBy: string, revokedAt: string | null } }
   };

export type CreateApiTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;

export type CreateApiTokenMutation = { createApiToken:
    | { __typename: 'CreateApiTokenPayload', secret: string, apiToken: { apiTokenId: string, actor: string, scopes: Array<string>, createdAt: string, createdBy: string | null, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type RevokeApiTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;

export type RevokeApiTokenMutation = { revokeApiToken:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RevokeApiTokenPayload', apiToken: { apiTokenId: string, actor: string, scopes: Array<string>, createdAt: string, createdBy: string | null, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null } }
   };

export type PolicyFragment = { version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> };

export type PolicyQueryVariables = Exact<{ [key: string]: never; }>;

export type PolicyQuery = { policy: { version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> } | null };

export type PolicyHistoryQueryVariables = Exact<{
  beforeVersion?: number | null | undefined;
}>;

export type PolicyHistoryQuery = { policyHistory: Array<{ version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> }> };

export type SetPolicyMutationVariables = Exact<{
  input: SetPolicyInput;
}>;

export type SetPolicyMutation = { setPolicy:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'PolicyConflictError', message: string, policy: { version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> } }
    | { __typename: 'SetPolicyPayload', policy: { version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> } }
   };

export type PreviewPolicyQueryVariables = Exact<{
  input: PreviewPolicyInput;
}>;

export type PreviewPolicyQuery = { previewPolicy:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'PolicyPreview', examined: number, truncated: boolean, allowedCount: number, reviewCount: number, deniedCount: number, allowedThoughRejectedCount: number, allowedThoughEditedCount: number, deniedThoughApprovedCount: number, matches: Array<{ ruleId: string, count: number }>, problems: Array<{ ruleId: string, message: string }>, surprises: Array<{ nodeExecId: string, nodeId: string, graphId: string, graphExecId: string, requestedBy: string, createdAt: string, status: ReviewStatus, wasEdited: boolean | null, decidedBy: string | null, reviewMessage: string | null }> }
   };

export type PreviewAutoApprovalQueryVariables = Exact<{
  input: PreviewAutoApprovalInput;
}>;

export type PreviewAutoApprovalQuery = { previewAutoApproval:
    | { __typename: 'AutoApprovalPreview', examined: number, truncated: boolean, coveredCount: number, coveredThoughRejectedCount: number, coveredThoughEditedCount: number, surprises: Array<{ nodeExecId: string, nodeId: string, graphId: string, graphExecId: string, requestedBy: string, createdAt: string, status: ReviewStatus, wasEdited: boolean | null, decidedBy: string | null, reviewMessage: string | null }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type PastReviewFragment = { nodeExecId: string, nodeId: string, graphId: string, graphExecId: string, requestedBy: string, createdAt: string, status: ReviewStatus, wasEdited: boolean | null, decidedBy: string | null, reviewMessage: string | null };

type Problem_ExecutionEndedError_Fragment = { message: string, executionStatus: ExecutionStatus };

type Problem_InvalidInputError_Fragment = { message: string, issues: Array<{ path: string, message: string }> };

type Problem_NotEligibleError_Fragment = { nodeExecIds: Array<string>, message: string };

type Problem_NotFoundError_Fragment = { ids: Array<string>, message: string };

type Problem_PolicyConflictError_Fragment = { message: string, policy: { version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> } };

type Problem_QuotaExceededError_Fragment = { quota: WorkspaceQuota, message: string };

type Problem_ReviewConflictError_Fragment = { message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> };

type Problem_ReviewNotEditableError_Fragment = { nodeExecIds: Array<string>, message: string };

type Problem_SelfApprovalError_Fragment = { nodeExecIds: Array<string>, message: string };

type Problem_TeamInUseError_Fragment = { nodeExecIds: Array<string>, ruleIds: Array<string>, message: string };

export type ProblemFragment =
  | Problem_ExecutionEndedError_Fragment
  | Problem_InvalidInputError_Fragment
  | Problem_NotEligibleError_Fragment
  | Problem_NotFoundError_Fragment
  | Problem_PolicyConflictError_Fragment
  | Problem_QuotaExceededError_Fragment
  | Problem_ReviewConflictError_Fragment
  | Problem_ReviewNotEditableError_Fragment
  | Problem_SelfApprovalError_Fragment
  | Problem_TeamInUseError_Fragment
;

export type ResultFragment = { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean };

export type RequestReviewMutationVariables = Exact<{
  input: RequestReviewInput;
}>;

export type RequestReviewMutation = { requestReview:
    | { __typename: 'ExecutionEndedError', message: string, executionStatus: ExecutionStatus }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'QuotaExceededError', quota: WorkspaceQuota, message: string }
    | { __typename: 'RequestReviewPayload', state: RequestState, review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }, result: { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean } | null }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
   };

export type CheckApprovalQueryVariables = Exact<{
  input: CheckApprovalInput;
}>;

export type CheckApprovalQuery = { checkApproval: { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean } | null };

export type SetReviewProcessedMutationVariables = Exact<{
  input: SetReviewProcessedInput;
}>;

export type SetReviewProcessedMutation = { setReviewProcessed:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'SetReviewProcessedPayload', changed: boolean, review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
   };

export type DeleteReviewMutationVariables = Exact<{
  input: DeleteReviewInput;
}>;

export type DeleteReviewMutation = { deleteReview:
    | { __typename: 'DeleteReviewPayload', deletedCount: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type ConsumeReviewMutationVariables = Exact<{
  input: ConsumeReviewInput;
}>;

export type ConsumeReviewMutation = { consumeReview:
    | { __typename: 'ConsumeReviewPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }, result: { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
   };

export type ReportOutcomeMutationVariables = Exact<{
  input: ReportOutcomeInput;
}>;

export type ReportOutcomeMutation = { reportOutcome:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReportOutcomePayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
   };

export type VoteFragment = { actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null };

export type VerdictFragment = { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> };

export type ReviewFragment = { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> };

export type ReviewsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;

export type ReviewsQuery = { reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> };

export type ReviewStatesQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;

export type ReviewStatesQuery = { reviews: Array<{ nodeExecId: string, status: ReviewStatus, processed: boolean, voidedAt: string | null, decisionSource: DecisionSource | null }> };

export type PendingReviewQueryVariables = Exact<{
  nodeExecId: string | number;
}>;

export type PendingReviewQuery = { pendingReview: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } | null };

export type HasPendingReviewsQueryVariables = Exact<{
  graphExecId: string | number;
}>;

export type HasPendingReviewsQuery = { hasPendingReviews: boolean };

export type NodeQueryVariables = Exact<{
  id: string | number;
}>;

export type NodeQuery = { node:
    | { __typename: 'ApiToken', id: string }
    | { __typename: 'AutoApproval', key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, createdBy: string, createdAt: string, expiresAt: string | null, active: boolean, id: string, approvedFor: string | null }
    | { __typename: 'Delegation', id: string }
    | { __typename: 'GraphExecution', graphExecId: string, graphId: string, graphVersion: number, id: string, executionStatus: ExecutionStatus }
    | { __typename: 'Member', id: string }
    | { __typename: 'PendingReview', id: string, nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }
    | { __typename: 'Policy', id: string }
    | { __typename: 'ReviewComment', id: string }
    | { __typename: 'Team', id: string }
    | { __typename: 'Webhook', id: string }
    | { __typename: 'WebhookDelivery', id: string }
   | null };

export type ReviewEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  graphExecId?: string | number | null | undefined;
  nodeExecIds?: Array<string | number> | string | number | null | undefined;
}>;

export type ReviewEventsSubscription = { reviewEvents: { cursor: string, kind: ReviewEventKind, nodeExecId: string, graphExecId: string, actor: string, at: string, requestedBy: string, status: ReviewStatus | null, decisionSource: DecisionSource | null, payloadDigest: string | null, message: string | null } };

export type FeedCursorQueryVariables = Exact<{ [key: string]: never; }>;

export type FeedCursorQuery = { pendingReviews: { feedCursor: string } };

export type ReviewPageFragment = { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } };

export type WaitingReviewsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: PendingReviewFilter | null | undefined;
}>;

export type WaitingReviewsQuery = { pendingReviews: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type WaitingReviewsForExecutionQueryVariables = Exact<{
  graphExecId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type WaitingReviewsForExecutionQuery = { pendingReviewsForExecution: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReviewsByStateQueryVariables = Exact<{
  state: ReviewState;
  graphExecId?: string | number | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type ReviewsByStateQuery = { reviewsByState: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReviewsForExecutionQueryVariables = Exact<{
  graphExecId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type ReviewsForExecutionQuery = { reviewsForExecution: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReviewForViewerFragment = { viewerMayNot: MayNotDecide | null, nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number, team: { teamId: string, name: string } | null }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> };

export type ReviewsForViewerQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;

export type ReviewsForViewerQuery = { reviews: Array<{ viewerMayNot: MayNotDecide | null, nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number, team: { teamId: string, name: string } | null }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> }> };

export type WaitingForViewerQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: PendingReviewFilter | null | undefined;
}>;

export type WaitingForViewerQuery = { pendingReviews: { feedCursor: string, edges: Array<{ node: { viewerMayNot: MayNotDecide | null, nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number, team: { teamId: string, name: string } | null }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SearchReviewsQueryVariables = Exact<{
  search: ReviewSearch;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type SearchReviewsQuery = { searchReviews: { totalCount: number | null, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, headline: string | null, risk: Risk | null, tags: Array<string>, reversible: boolean | null, kind: ReviewKind, answerSchema: unknown, answer: unknown, allowedDecisions: Array<ReviewDecision>, revision: number, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, claimedBy: string | null, claimedUntil: string | null, escalatedAt: string | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string, message: string }> } | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, subjectDigest: string, message: string | null, at: string, endedBy: VoteEnd | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReviewStatsQueryVariables = Exact<{
  by: StatsBy;
  from: string;
  to: string;
}>;

export type ReviewStatsQuery = { reviewStats: Array<{ key: string, askedCount: number, approvedCount: number, editedCount: number, rejectedCount: number, expiredCount: number, decidedByPeopleCount: number, medianSeconds: number | null, p95Seconds: number | null }> };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;

export type ViewerQuery = { viewer: { userId: string, actor: string, scopes: Array<string> } };

export type WebhookFragment = { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null };

export type DeliveryFragment = { webhookId: string, cursor: string, nodeExecId: string, kind: ReviewEventKind, status: WebhookDeliveryStatus, attempts: number, nextAttemptAt: string | null, deliveredAt: string | null, createdAt: string, lastAttempts: Array<{ at: string, status: number | null, error: string | null, milliseconds: number }> };

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;

export type WebhooksQuery = { webhooks: Array<{ webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null }> };

export type WebhookDeliveriesQueryVariables = Exact<{
  webhookId: string | number;
  status?: WebhookDeliveryStatus | null | undefined;
  first?: number | null | undefined;
  before?: string | null | undefined;
}>;

export type WebhookDeliveriesQuery = { webhookDeliveries: Array<{ webhookId: string, cursor: string, nodeExecId: string, kind: ReviewEventKind, status: WebhookDeliveryStatus, attempts: number, nextAttemptAt: string | null, deliveredAt: string | null, createdAt: string, lastAttempts: Array<{ at: string, status: number | null, error: string | null, milliseconds: number }> }> };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;

export type CreateWebhookMutation = { createWebhook:
    | { __typename: 'CreateWebhookPayload', secret: string, webhook: { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type DeleteWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;

export type DeleteWebhookMutation = { deleteWebhook:
    | { __typename: 'DeleteWebhookPayload', deletedCount: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type SetWebhookEnabledMutationVariables = Exact<{
  input: SetWebhookEnabledInput;
}>;

export type SetWebhookEnabledMutation = { setWebhookEnabled:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'SetWebhookEnabledPayload', webhook: { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null } }
   };

export type RotateWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;

export type RotateWebhookSecretMutation = { rotateWebhookSecret:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RotateWebhookSecretPayload', secret: string, webhook: { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null } }
   };

export type RedeliverWebhookEventMutationVariables = Exact<{
  input: RedeliverWebhookEventInput;
}>;

export type RedeliverWebhookEventMutation = { redeliverWebhookEvent:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RedeliverWebhookEventPayload', delivery: { webhookId: string, cursor: string, nodeExecId: string, kind: ReviewEventKind, status: WebhookDeliveryStatus, attempts: number, nextAttemptAt: string | null, deliveredAt: string | null, createdAt: string, lastAttempts: Array<{ at: string, status: number | null, error: string | null, milliseconds: number }> } }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
const fragmentAutoApproval = `fragment AutoApproval on AutoApproval{key graphExecId graphId graphVersion nodeId requestedBy payload createdBy createdAt expiresAt maxUses uses revokedAt revokedBy active}`;
const fragmentComment = `fragment Comment on ReviewComment{id actor text pointer revision at}`;
const fragmentRevision = `fragment Revision on ReviewRevision{revision payload payloadDigest note at changesRequestedBy changesRequested}`;
const fragmentExecution = `fragment Execution on GraphExecution{graphExecId graphId graphVersion status registeredBy stoppedBy hasPendingReviews createdAt updatedAt}`;
const fragmentMember = `fragment Member on Member{actor kind displayName email createdAt disabledAt}`;
const fragmentTeam = `fragment Team on Team{teamId name idpGroup createdAt members{...Member}}`;
const fragmentDelegation = `fragment Delegation on Delegation{delegationId from to startsAt until reason active createdBy revokedAt}`;
const fragmentApiToken = `fragment ApiToken on ApiToken{apiTokenId actor scopes createdAt createdBy expiresAt lastUsedAt revokedAt}`;
const fragmentPastReview = `fragment PastReview on PendingReview{nodeExecId nodeId graphId graphExecId requestedBy createdAt status wasEdited decidedBy reviewMessage}`;
const fragmentVerdict = `fragment Verdict on PolicyVerdict{version mode effect ruleIds problems{ruleId message}}`;
const fragmentVote = `fragment Vote on Vote{actor onBehalfOf decision subjectDigest message at endedBy}`;
const fragmentReview = `fragment Review on PendingReview{nodeExecId nodeId userId graphExecId graphId graphVersion payload originalPayload payloadDigest subjectDigest approvalType instructions headline risk tags reversible links{title url}kind answerSchema answer allowedDecisions revision editable status reviewMessage wasEdited processed requestedBy consumers policy{...Verdict}decidedBy decisionSource approvalsRequired{actors count given}votes{...Vote}claimedBy claimedUntil escalatedAt createdAt expiresAt reviewedAt voidedAt consumedAt consumedBy outcome outcomeDetail outcomeAt}`;
const fragmentPolicy = `fragment Policy on Policy{version mode note createdBy createdAt rules{ruleId when effect reason approvalsRequired{teamId actors count}escalation{after teamIds actors}expiresAfter risk}}`;
const fragmentProblem = `fragment Problem on Error{message ...on InvalidInputError{issues{path message}}...on NotFoundError{ids}...on ReviewConflictError{reviews{...Review}}...on ReviewNotEditableError{nodeExecIds}...on NotEligibleError{nodeExecIds}...on SelfApprovalError{nodeExecIds}...on ExecutionEndedError{executionStatus:status}...on QuotaExceededError{quota}...on TeamInUseError{nodeExecIds ruleIds}...on PolicyConflictError{policy{...Policy}}}`;
const fragmentResult = `fragment Result on ReviewResult{nodeExecId status data message processed autoApproved}`;
const fragmentReviewPage = `fragment ReviewPage on PendingReviewConnection{edges{cursor node{...Review}}pageInfo{hasNextPage endCursor}totalCount feedCursor}`;
const fragmentReviewForViewer = `fragment ReviewForViewer on PendingReview{...Review approvalsRequired{team{teamId name}}viewerMayNot}`;
const fragmentWebhook = `fragment Webhook on Webhook{webhookId url kinds enabled createdAt createdBy previousSecretUntil}`;
const fragmentDelivery = `fragment Delivery on WebhookDelivery{webhookId cursor nodeExecId kind status attempts lastAttempts{at status error milliseconds}nextAttemptAt deliveredAt createdAt}`;
const fragments19 = `${fragmentAutoApproval} ${fragmentPolicy} ${fragmentProblem} ${fragmentVote} ${fragmentVerdict} ${fragmentReview}`;
const fragments20 = `${fragmentPolicy} ${fragmentProblem} ${fragmentVote} ${fragmentVerdict} ${fragmentReview} ${fragmentWebhook}`;
const fragments21 = `${fragmentMember} ${fragmentPolicy} ${fragmentProblem} ${fragmentVote} ${fragmentVerdict} ${fragmentReview}`;
const fragments22 = `${fragmentPolicy} ${fragmentProblem} ${fragmentVote} ${fragmentVerdict} ${fragmentReview}`;
const fragments23 = `${fragmentVote} ${fragmentVerdict} ${fragmentReview} ${fragmentReviewPage}`;
const fragments24 = `${fragmentVote} ${fragmentVerdict} ${fragmentReview}`;

export const AutoApprovalFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentAutoApproval}`) as unknown as TypedDocumentString<AutoApprovalFragment, unknown>;
export const CommentFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentComment}`) as unknown as TypedDocumentString<CommentFragment, unknown>;
export const RevisionFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentRevision}`) as unknown as TypedDocumentString<RevisionFragment, unknown>;
export const ExecutionFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentExecution}`) as unknown as TypedDocumentString<ExecutionFragment, unknown>;
export const MemberFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentMember}`) as unknown as TypedDocumentString<MemberFragment, unknown>;
export const TeamFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentTeam} ${fragmentMember}`) as unknown as TypedDocumentString<TeamFragment, unknown>;
export const DelegationFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentDelegation}`) as unknown as TypedDocumentString<DelegationFragment, unknown>;
export const ApiTokenFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentApiToken}`) as unknown as TypedDocumentString<ApiTokenFragment, unknown>;
export const PastReviewFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentPastReview}`) as unknown as TypedDocumentString<PastReviewFragment, unknown>;
export const VerdictFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentVerdict}`) as unknown as TypedDocumentString<VerdictFragment, unknown>;
export const VoteFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentVote}`) as unknown as TypedDocumentString<VoteFragment, unknown>;
export const ReviewFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentReview} ${fragmentVote} ${fragmentVerdict}`) as unknown as TypedDocumentString<ReviewFragment, unknown>;
export const PolicyFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentPolicy}`) as unknown as TypedDocumentString<PolicyFragment, unknown>;
export const ProblemFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentProblem} ${fragmentPolicy} ${fragments24}`) as unknown as TypedDocumentString<ProblemFragment, unknown>;
export const ResultFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentResult}`) as unknown as TypedDocumentString<ResultFragment, unknown>;
export const ReviewPageFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentReviewPage} ${fragments24}`) as unknown as TypedDocumentString<ReviewPageFragment, unknown>;
export const ReviewForViewerFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentReviewForViewer} ${fragments24}`) as unknown as TypedDocumentString<ReviewForViewerFragment, unknown>;
export const WebhookFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentWebhook}`) as unknown as TypedDocumentString<WebhookFragment, unknown>;
export const DeliveryFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentDelivery}`) as unknown as TypedDocumentString<DeliveryFragment, unknown>;
export const AutoApprovalsDocument = /*#__PURE__*/ new TypedDocumentString(`query AutoApprovals($graphExecId:ID!){autoApprovals(graphExecId:$graphExecId){...AutoApproval}} ${fragmentAutoApproval}`) as unknown as TypedDocumentString<AutoApprovalsQuery, AutoApprovalsQueryVariables>;
export const AllAutoApprovalsDocument = /*#__PURE__*/ new TypedDocumentString(`query AllAutoApprovals($active:Boolean$first:Int$after:String){allAutoApprovals(active:$active first:$first after:$after){edges{cursor node{...AutoApproval}}pageInfo{hasNextPage endCursor}}} ${fragmentAutoApproval}`) as unknown as TypedDocumentString<AllAutoApprovalsQuery, AllAutoApprovalsQueryVariables>;
export const CreateAutoApprovalDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CreateAutoApproval($input:CreateAutoApprovalInput!){createAutoApproval(input:$input){__typename ...on CreateAutoApprovalPayload{autoApproval{...AutoApproval}}...Problem}} ${fragments19}`) as unknown as TypedDocumentString<CreateAutoApprovalMutation, CreateAutoApprovalMutationVariables>;
export const RevokeAutoApprovalDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RevokeAutoApproval($input:RevokeAutoApprovalInput!){revokeAutoApproval(input:$input){__typename ...on RevokeAutoApprovalPayload{autoApproval{...AutoApproval}}...Problem}} ${fragments19}`) as unknown as TypedDocumentString<RevokeAutoApprovalMutation, RevokeAutoApprovalMutationVariables>;
export const ReviseReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ReviseReview($input:ReviseReviewInput!){reviseReview(input:$input){__typename ...on ReviseReviewPayload{review{...Review}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<ReviseReviewMutation, ReviseReviewMutationVariables>;
export const AddCommentDocument = /*#__PURE__*/ new TypedDocumentString(`mutation AddComment($input:AddCommentInput!){addComment(input:$input){__typename ...on AddCommentPayload{comment{...Comment}}...Problem}} ${fragmentComment} ${fragments22}`) as unknown as TypedDocumentString<AddCommentMutation, AddCommentMutationVariables>;
export const CommentsDocument = /*#__PURE__*/ new TypedDocumentString(`query Comments($nodeExecIds:[ID!]!){reviews(nodeExecIds:$nodeExecIds){nodeExecId comments{...Comment}}} ${fragmentComment}`) as unknown as TypedDocumentString<CommentsQuery, CommentsQueryVariables>;
export const RevisionsDocument = /*#__PURE__*/ new TypedDocumentString(`query Revisions($nodeExecIds:[ID!]!){reviews(nodeExecIds:$nodeExecIds){nodeExecId revisions{...Revision}}} ${fragmentRevision}`) as unknown as TypedDocumentString<RevisionsQuery, RevisionsQueryVariables>;
export const DecideReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`mutation DecideReviews($input:DecideReviewsInput!){decideReviews(input:$input){__typename ...on DecideReviewsPayload{reviews{...Review}autoApprovals{...AutoApproval}approvedCount rejectedCount votedCount}...Problem}} ${fragments19}`) as unknown as TypedDocumentString<DecideReviewsMutation, DecideReviewsMutationVariables>;
export const ClaimReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ClaimReview($input:ClaimReviewInput!){claimReview(input:$input){__typename ...on ClaimReviewPayload{review{...Review}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<ClaimReviewMutation, ClaimReviewMutationVariables>;
export const ReleaseReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ReleaseReview($input:ReleaseReviewInput!){releaseReview(input:$input){__typename ...on ReleaseReviewPayload{review{...Review}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<ReleaseReviewMutation, ReleaseReviewMutationVariables>;
export const WithdrawDecisionDocument = /*#__PURE__*/ new TypedDocumentString(`mutation WithdrawDecision($input:WithdrawDecisionInput!){withdrawDecision(input:$input){__typename ...on WithdrawDecisionPayload{review{...Review}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<WithdrawDecisionMutation, WithdrawDecisionMutationVariables>;
export const ReassignReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ReassignReview($input:ReassignReviewInput!){reassignReview(input:$input){__typename ...on ReassignReviewPayload{review{...Review}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<ReassignReviewMutation, ReassignReviewMutationVariables>;
export const OverrideReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation OverrideReview($input:OverrideReviewInput!){overrideReview(input:$input){__typename ...on OverrideReviewPayload{review{...Review}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<OverrideReviewMutation, OverrideReviewMutationVariables>;
export const GraphExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`query GraphExecution($graphExecId:ID!){graphExecution(graphExecId:$graphExecId){...Execution}} ${fragmentExecution}`) as unknown as TypedDocumentString<GraphExecutionQuery, GraphExecutionQueryVariables>;
export const RegisterExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RegisterExecution($input:RegisterExecutionInput!){registerExecution(input:$input){__typename ...on RegisterExecutionPayload{execution{...Execution}}...Problem}} ${fragmentExecution} ${fragments22}`) as unknown as TypedDocumentString<RegisterExecutionMutation, RegisterExecutionMutationVariables>;
export const CancelPendingReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CancelPendingReviews($input:CancelPendingReviewsInput!){cancelPendingReviews(input:$input){__typename ...on CancelPendingReviewsPayload{cancelledCount}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<CancelPendingReviewsMutation, CancelPendingReviewsMutationVariables>;
export const HandshakeDocument = /*#__PURE__*/ new TypedDocumentString(`query Handshake{apiVersion viewer{scopes}}`) as unknown as TypedDocumentString<HandshakeQuery, HandshakeQueryVariables>;
export const TeamsDocument = /*#__PURE__*/ new TypedDocumentString(`query Teams{teams{...Team}} ${fragmentTeam} ${fragmentMember}`) as unknown as TypedDocumentString<TeamsQuery, TeamsQueryVariables>;
export const MembersDocument = /*#__PURE__*/ new TypedDocumentString(`query Members{members{...Member}} ${fragmentMember}`) as unknown as TypedDocumentString<MembersQuery, MembersQueryVariables>;
export const DelegationsDocument = /*#__PURE__*/ new TypedDocumentString(`query Delegations{delegations{...Delegation}} ${fragmentDelegation}`) as unknown as TypedDocumentString<DelegationsQuery, DelegationsQueryVariables>;
export const ApiTokensDocument = /*#__PURE__*/ new TypedDocumentString(`query ApiTokens{apiTokens{...ApiToken}} ${fragmentApiToken}`) as unknown as TypedDocumentString<ApiTokensQuery, ApiTokensQueryVariables>;
export const PeopleChangesDocument = /*#__PURE__*/ new TypedDocumentString(`query PeopleChanges($first:Int$before:String){peopleChanges(first:$first before:$before){cursor at actor change subject detail}}`) as unknown as TypedDocumentString<PeopleChangesQuery, PeopleChangesQueryVariables>;
export const SetTeamDocument = /*#__PURE__*/ new TypedDocumentString(`mutation SetTeam($input:SetTeamInput!){setTeam(input:$input){__typename ...on SetTeamPayload{team{...Team}}...Problem}} ${fragmentTeam} ${fragments21}`) as unknown as TypedDocumentString<SetTeamMutation, SetTeamMutationVariables>;
export const DeleteTeamDocument = /*#__PURE__*/ new TypedDocumentString(`mutation DeleteTeam($input:DeleteTeamInput!){deleteTeam(input:$input){__typename ...on DeleteTeamPayload{deletedCount}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<DeleteTeamMutation, DeleteTeamMutationVariables>;
export const SetMemberDocument = /*#__PURE__*/ new TypedDocumentString(`mutation SetMember($input:SetMemberInput!){setMember(input:$input){__typename ...on SetMemberPayload{member{...Member}}...Problem}} ${fragments21}`) as unknown as TypedDocumentString<SetMemberMutation, SetMemberMutationVariables>;
export const UnlinkMemberDocument = /*#__PURE__*/ new TypedDocumentString(`mutation UnlinkMember($input:UnlinkMemberInput!){unlinkMember(input:$input){__typename ...on UnlinkMemberPayload{member{...Member}}...Problem}} ${fragments21}`) as unknown as TypedDocumentString<UnlinkMemberMutation, UnlinkMemberMutationVariables>;
export const CreateDelegationDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CreateDelegation($input:CreateDelegationInput!){createDelegation(input:$input){__typename ...on CreateDelegationPayload{delegation{...Delegation}}...Problem}} ${fragmentDelegation} ${fragments22}`) as unknown as TypedDocumentString<CreateDelegationMutation, CreateDelegationMutationVariables>;
export const RevokeDelegationDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RevokeDelegation($input:RevokeDelegationInput!){revokeDelegation(input:$input){__typename ...on RevokeDelegationPayload{delegation{...Delegation}}...Problem}} ${fragmentDelegation} ${fragments22}`) as unknown as TypedDocumentString<RevokeDelegationMutation, RevokeDelegationMutationVariables>;
export const CreateApiTokenDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CreateApiToken($input:CreateApiTokenInput!){createApiToken(input:$input){__typename ...on CreateApiTokenPayload{apiToken{...ApiToken}secret}...Problem}} ${fragmentApiToken} ${fragments22}`) as unknown as TypedDocumentString<CreateApiTokenMutation, CreateApiTokenMutationVariables>;
export const RevokeApiTokenDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RevokeApiToken($input:RevokeApiTokenInput!){revokeApiToken(input:$input){__typename ...on RevokeApiTokenPayload{apiToken{...ApiToken}}...Problem}} ${fragmentApiToken} ${fragments22}`) as unknown as TypedDocumentString<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>;
export const PolicyDocument = /*#__PURE__*/ new TypedDocumentString(`query Policy{policy{...Policy}} ${fragmentPolicy}`) as unknown as TypedDocumentString<PolicyQuery, PolicyQueryVariables>;
export const PolicyHistoryDocument = /*#__PURE__*/ new TypedDocumentString(`query PolicyHistory($beforeVersion:Int){policyHistory(first:10 beforeVersion:$beforeVersion){...Policy}} ${fragmentPolicy}`) as unknown as TypedDocumentString<PolicyHistoryQuery, PolicyHistoryQueryVariables>;
export const SetPolicyDocument = /*#__PURE__*/ new TypedDocumentString(`mutation SetPolicy($input:SetPolicyInput!){setPolicy(input:$input){__typename ...on SetPolicyPayload{policy{...Policy}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<SetPolicyMutation, SetPolicyMutationVariables>;
export const PreviewPolicyDocument = /*#__PURE__*/ new TypedDocumentString(`query PreviewPolicy($input:PreviewPolicyInput!){previewPolicy(input:$input){__typename ...on PolicyPreview{examined truncated allowedCount reviewCount deniedCount matches{ruleId count}problems{ruleId message}allowedThoughRejectedCount allowedThoughEditedCount deniedThoughApprovedCount surprises{...PastReview}}...Problem}} ${fragmentPolicy} ${fragmentPastReview} ${fragmentProblem} ${fragments24}`) as unknown as TypedDocumentString<PreviewPolicyQuery, PreviewPolicyQueryVariables>;
export const PreviewAutoApprovalDocument = /*#__PURE__*/ new TypedDocumentString(`query PreviewAutoApproval($input:PreviewAutoApprovalInput!){previewAutoApproval(input:$input){__typename ...on AutoApprovalPreview{examined truncated coveredCount coveredThoughRejectedCount coveredThoughEditedCount surprises{...PastReview}}...Problem}} ${fragmentPolicy} ${fragmentPastReview} ${fragmentProblem} ${fragments24}`) as unknown as TypedDocumentString<PreviewAutoApprovalQuery, PreviewAutoApprovalQueryVariables>;
export const RequestReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RequestReview($input:RequestReviewInput!){requestReview(input:$input){__typename ...on RequestReviewPayload{review{...Review}result{...Result}state}...Problem}} ${fragmentPolicy} ${fragmentProblem} ${fragmentResult} ${fragments24}`) as unknown as TypedDocumentString<RequestReviewMutation, RequestReviewMutationVariables>;
export const CheckApprovalDocument = /*#__PURE__*/ new TypedDocumentString(`query CheckApproval($input:CheckApprovalInput!){checkApproval(input:$input){...Result}} ${fragmentResult}`) as unknown as TypedDocumentString<CheckApprovalQuery, CheckApprovalQueryVariables>;
export const SetReviewProcessedDocument = /*#__PURE__*/ new TypedDocumentString(`mutation SetReviewProcessed($input:SetReviewProcessedInput!){setReviewProcessed(input:$input){__typename ...on SetReviewProcessedPayload{review{...Review}changed}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<SetReviewProcessedMutation, SetReviewProcessedMutationVariables>;
export const DeleteReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation DeleteReview($input:DeleteReviewInput!){deleteReview(input:$input){__typename ...on DeleteReviewPayload{deletedCount}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<DeleteReviewMutation, DeleteReviewMutationVariables>;
export const ConsumeReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ConsumeReview($input:ConsumeReviewInput!){consumeReview(input:$input){__typename ...on ConsumeReviewPayload{review{...Review}result{...Result}}...Problem}} ${fragmentPolicy} ${fragmentProblem} ${fragmentResult} ${fragments24}`) as unknown as TypedDocumentString<ConsumeReviewMutation, ConsumeReviewMutationVariables>;
export const ReportOutcomeDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ReportOutcome($input:ReportOutcomeInput!){reportOutcome(input:$input){__typename ...on ReportOutcomePayload{review{...Review}}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<ReportOutcomeMutation, ReportOutcomeMutationVariables>;
export const ReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`query Reviews($nodeExecIds:[ID!]!){reviews(nodeExecIds:$nodeExecIds){...Review}} ${fragments24}`) as unknown as TypedDocumentString<ReviewsQuery, ReviewsQueryVariables>;
export const ReviewStatesDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewStates($nodeExecIds:[ID!]!){reviews(nodeExecIds:$nodeExecIds){nodeExecId status processed voidedAt decisionSource}}`) as unknown as TypedDocumentString<ReviewStatesQuery, ReviewStatesQueryVariables>;
export const PendingReviewDocument = /*#__PURE__*/ new TypedDocumentString(`query PendingReview($nodeExecId:ID!){pendingReview(nodeExecId:$nodeExecId){...Review}} ${fragments24}`) as unknown as TypedDocumentString<PendingReviewQuery, PendingReviewQueryVariables>;
export const HasPendingReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`query HasPendingReviews($graphExecId:ID!){hasPendingReviews(graphExecId:$graphExecId)}`) as unknown as TypedDocumentString<HasPendingReviewsQuery, HasPendingReviewsQueryVariables>;
export const NodeDocument = /*#__PURE__*/ new TypedDocumentString(`query Node($id:ID!){node(id:$id){__typename id ...on PendingReview{...Review}...on GraphExecution{graphExecId graphId graphVersion executionStatus:status}...on AutoApproval{key graphExecId graphId graphVersion nodeId approvedFor:requestedBy createdBy createdAt expiresAt active}}} ${fragments24}`) as unknown as TypedDocumentString<NodeQuery, NodeQueryVariables>;
export const ReviewEventsDocument = /*#__PURE__*/ new TypedDocumentString(`subscription ReviewEvents($after:String$graphExecId:ID$nodeExecIds:[ID!]){reviewEvents(after:$after graphExecId:$graphExecId nodeExecIds:$nodeExecIds){cursor kind nodeExecId graphExecId actor at requestedBy status decisionSource payloadDigest message}}`) as unknown as TypedDocumentString<ReviewEventsSubscription, ReviewEventsSubscriptionVariables>;
export const FeedCursorDocument = /*#__PURE__*/ new TypedDocumentString(`query FeedCursor{pendingReviews(first:1){feedCursor}}`) as unknown as TypedDocumentString<FeedCursorQuery, FeedCursorQueryVariables>;
export const WaitingReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`query WaitingReviews($first:Int$after:String$filter:PendingReviewFilter){pendingReviews(first:$first after:$after filter:$filter){...ReviewPage}} ${fragments23}`) as unknown as TypedDocumentString<WaitingReviewsQuery, WaitingReviewsQueryVariables>;
export const WaitingReviewsForExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`query WaitingReviewsForExecution($graphExecId:ID!$first:Int$after:String){pendingReviewsForExecution(graphExecId:$graphExecId first:$first after:$after){...ReviewPage}} ${fragments23}`) as unknown as TypedDocumentString<WaitingReviewsForExecutionQuery, WaitingReviewsForExecutionQueryVariables>;
export const ReviewsByStateDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewsByState($state:ReviewState!$graphExecId:ID$first:Int$after:String){reviewsByState(state:$state graphExecId:$graphExecId first:$first after:$after){...ReviewPage}} ${fragments23}`) as unknown as TypedDocumentString<ReviewsByStateQuery, ReviewsByStateQueryVariables>;
export const ReviewsForExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewsForExecution($graphExecId:ID!$first:Int$after:String){reviewsForExecution(graphExecId:$graphExecId first:$first after:$after){...ReviewPage}} ${fragments23}`) as unknown as TypedDocumentString<ReviewsForExecutionQuery, ReviewsForExecutionQueryVariables>;
export const ReviewsForViewerDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewsForViewer($nodeExecIds:[ID!]!){reviews(nodeExecIds:$nodeExecIds){...ReviewForViewer}} ${fragmentVote} ${fragmentVerdict} ${fragmentReview} ${fragmentReviewForViewer}`) as unknown as TypedDocumentString<ReviewsForViewerQuery, ReviewsForViewerQueryVariables>;
export const WaitingForViewerDocument = /*#__PURE__*/ new TypedDocumentString(`query WaitingForViewer($first:Int$after:String$filter:PendingReviewFilter){pendingReviews(first:$first after:$after filter:$filter){edges{node{...ReviewForViewer}}pageInfo{hasNextPage endCursor}feedCursor}} ${fragmentVote} ${fragmentVerdict} ${fragmentReview} ${fragmentReviewForViewer}`) as unknown as TypedDocumentString<WaitingForViewerQuery, WaitingForViewerQueryVariables>;
export const SearchReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`query SearchReviews($search:ReviewSearch!$first:Int$after:String){searchReviews(search:$search first:$first after:$after){edges{cursor node{...Review}}pageInfo{hasNextPage endCursor}totalCount}} ${fragments24}`) as unknown as TypedDocumentString<SearchReviewsQuery, SearchReviewsQueryVariables>;
export const ReviewStatsDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewStats($by:StatsBy!$from:DateTime!$to:DateTime!){reviewStats(by:$by from:$from to:$to){key askedCount approvedCount editedCount rejectedCount expiredCount decidedByPeopleCount medianSeconds p95Seconds}}`) as unknown as TypedDocumentString<ReviewStatsQuery, ReviewStatsQueryVariables>;
export const ViewerDocument = /*#__PURE__*/ new TypedDocumentString(`query Viewer{viewer{userId actor scopes}}`) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const WebhooksDocument = /*#__PURE__*/ new TypedDocumentString(`query Webhooks{webhooks{...Webhook}} ${fragmentWebhook}`) as unknown as TypedDocumentString<WebhooksQuery, WebhooksQueryVariables>;
export const WebhookDeliveriesDocument = /*#__PURE__*/ new TypedDocumentString(`query WebhookDeliveries($webhookId:ID!$status:WebhookDeliveryStatus$first:Int$before:String){webhookDeliveries(webhookId:$webhookId status:$status first:$first before:$before){...Delivery}} ${fragmentDelivery}`) as unknown as TypedDocumentString<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables>;
export const CreateWebhookDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CreateWebhook($input:CreateWebhookInput!){createWebhook(input:$input){__typename ...on CreateWebhookPayload{webhook{...Webhook}secret}...Problem}} ${fragments20}`) as unknown as TypedDocumentString<CreateWebhookMutation, CreateWebhookMutationVariables>;
export const DeleteWebhookDocument = /*#__PURE__*/ new TypedDocumentString(`mutation DeleteWebhook($input:DeleteWebhookInput!){deleteWebhook(input:$input){__typename ...on DeleteWebhookPayload{deletedCount}...Problem}} ${fragments22}`) as unknown as TypedDocumentString<DeleteWebhookMutation, DeleteWebhookMutationVariables>;
export const SetWebhookEnabledDocument = /*#__PURE__*/ new TypedDocumentString(`mutation SetWebhookEnabled($input:SetWebhookEnabledInput!){setWebhookEnabled(input:$input){__typename ...on SetWebhookEnabledPayload{webhook{...Webhook}}...Problem}} ${fragments20}`) as unknown as TypedDocumentString<SetWebhookEnabledMutation, SetWebhookEnabledMutationVariables>;
export const RotateWebhookSecretDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RotateWebhookSecret($input:RotateWebhookSecretInput!){rotateWebhookSecret(input:$input){__typename ...on RotateWebhookSecretPayload{webhook{...Webhook}secret}...Problem}} ${fragments20}`) as unknown as TypedDocumentString<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;
export const RedeliverWebhookEventDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RedeliverWebhookEvent($input:RedeliverWebhookEventInput!){redeliverWebhookEvent(input:$input){__typename ...on RedeliverWebhookEventPayload{delivery{...Delivery}}...Problem}} ${fragmentPolicy} ${fragmentProblem} ${fragmentVote} ${fragmentVerdict} ${fragmentReview} ${fragmentDelivery}`) as unknown as TypedDocumentString<RedeliverWebhookEventMutation, RedeliverWebhookEventMutationVariables>;