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

export type ClaimReviewInput = {
  /** ID of the review. */
  nodeExecId: string | number;
};

export type CreateApiTokenInput = {
  /** The agent or person that acts with it. */
  actor: string;
  /** When it expires. Defaults to 90 days from now. */
  expiresAt?: string | null | undefined;
  /** What it may do: nothing that you may not. For another actor than yourself only `review:request` and `review:read`. */
  scopes: Array<string>;
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

export type DeleteTeamInput = {
  /** ID of the team. */
  teamId: string | number;
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

export type ReleaseReviewInput = {
  /** ID of the review. */
  nodeExecId: string | number;
};

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

/** Why a vote no longer counts. */
export type VoteEnd =
  /** The voter may no longer decide the review. */
  | 'NOT_ELIGIBLE'
  /** The payload was edited after it. */
  | 'PAYLOAD_CHANGED'
  /** It was withdrawn, or the decision was. */
  | 'WITHDRAWN';

export type WithdrawDecisionInput = {
  /** ID of the review. */
  nodeExecId: string | number;
  /** Why, for the history. At most 2,000 characters. */
  reason?: string | null | undefined;
  /** The `subjectDigest` that was decided or voted on. */
  subjectDigest: string;
};

export type FindReviewsQueryVariables = Exact<{
  search: ReviewSearch;
  first: number;
  after?: string | null | undefined;
}>;


export type FindReviewsQuery = { searchReviews: { edges: Array<{ node: { nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CountReviewsQueryVariables = Exact<{
  search: ReviewSearch;
}>;


export type CountReviewsQuery = { searchReviews: { totalCount: number | null } };

export type FiguresQueryVariables = Exact<{
  by: StatsBy;
  from: string;
  to: string;
}>;


export type FiguresQuery = { reviewStats: Array<{ key: string, askedCount: number, approvedCount: number, editedCount: number, rejectedCount: number, expiredCount: number, decidedByPeopleCount: number, medianSeconds: number | null, p95Seconds: number | null }> };

export type RowFragment = { nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null };

export type ApprovalsFragment = { escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> };

export type DetailFragment = { graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> };

export type DetailsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;


export type DetailsQuery = { reviews: Array<{ graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> }> };

export type WaitingQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type WaitingQuery = { pendingReviews: { totalCount: number, feedCursor: string, edges: Array<{ node: { viewerMayDecide: boolean, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MayDecideQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;


export type MayDecideQuery = { reviews: Array<{ nodeExecId: string, claimedBy: string | null, viewerMayDecide: boolean }> };

export type ByStateQueryVariables = Exact<{
  state: ReviewState;
  first: number;
  after?: string | null | undefined;
}>;


export type ByStateQuery = { reviewsByState: { totalCount: number, edges: Array<{ node: { nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FeedSubscriptionVariables = Exact<{
  after: string;
}>;


export type FeedSubscription = { reviewEvents: { cursor: string, kind: ReviewEventKind, nodeExecId: string, graphExecId: string, actor: string, at: string, review: { nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null } | null } };

export type DecideMutationVariables = Exact<{
  input: DecideReviewsInput;
}>;


export type DecideMutation = { decideReviews:
    | { __typename: 'DecideReviewsPayload', reviews: Array<{ graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> }>, autoApprovals: Array<{ graphExecId: string, nodeId: string }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotEligibleError', message: string, nodeExecIds: Array<string> }
    | { __typename: 'NotFoundError', message: string, ids: Array<string> }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'ReviewNotEditableError', message: string, nodeExecIds: Array<string> }
    | { __typename: 'SelfApprovalError', message: string, nodeExecIds: Array<string> }
   };

export type ClaimReviewMutationVariables = Exact<{
  input: ClaimReviewInput;
}>;


export type ClaimReviewMutation = { claimReview:
    | { __typename: 'ClaimReviewPayload', review: { graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotEligibleError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
   };

export type ReleaseReviewMutationVariables = Exact<{
  input: ReleaseReviewInput;
}>;


export type ReleaseReviewMutation = { releaseReview:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReleaseReviewPayload', review: { graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string }
   };

export type WithdrawDecisionMutationVariables = Exact<{
  input: WithdrawDecisionInput;
}>;


export type WithdrawDecisionMutation = { withdrawDecision:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotEligibleError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
    | { __typename: 'WithdrawDecisionPayload', review: { graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
   };

export type ReassignReviewMutationVariables = Exact<{
  input: ReassignReviewInput;
}>;


export type ReassignReviewMutation = { reassignReview:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotEligibleError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReassignReviewPayload', review: { graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
   };

export type OverrideReviewMutationVariables = Exact<{
  input: OverrideReviewInput;
}>;


export type OverrideReviewMutation = { overrideReview:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'OverrideReviewPayload', review: { graphVersion: number, tags: Array<string>, reversible: boolean | null, allowedDecisions: Array<ReviewDecision>, revision: number, answerSchema: unknown, answer: unknown, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, updatedAt: string, nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, viewerMayDecideAs: Array<string>, attachments: Array<{ digest: string, name: string | null, mediaType: string, bytes: number, path: string }>, links: Array<{ title: string, url: string }>, policy: { version: number, mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ message: string, ruleId: string }> } | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number, team: { id: string, teamId: string, name: string } | null }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
   };

export type StandingApprovalFragment = { id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, when: string | null, requestedBy: string | null, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean };

export type ExecutionQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type ExecutionQuery = { graphExecution: { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus } | null, reviewsForExecution: { totalCount: number, edges: Array<{ node: { nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null } }>, pageInfo: { hasNextPage: boolean } } };

export type StandingApprovalsQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type StandingApprovalsQuery = { autoApprovals: Array<{ id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, when: string | null, requestedBy: string | null, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean }> };

export type RevokeAutoApprovalMutationVariables = Exact<{
  input: RevokeAutoApprovalInput;
}>;


export type RevokeAutoApprovalMutation = { revokeAutoApproval:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RevokeAutoApprovalPayload', autoApproval: { id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, when: string | null, requestedBy: string | null, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }
   };

export type WaitingCountQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type WaitingCountQuery = { pendingReviewsForExecution: { totalCount: number } };

export type StopExecutionMutationVariables = Exact<{
  input: CancelPendingReviewsInput;
}>;


export type StopExecutionMutation = { cancelPendingReviews:
    | { __typename: 'CancelPendingReviewsPayload', cancelledCount: number }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { userId: string, actor: string, scopes: Array<string>, sessionId: string | null, displayName: string | null } };

export type TeamPeopleQueryVariables = Exact<{
  id: string | number;
}>;


export type TeamPeopleQuery = { node:
    | { idpGroup: string | null, memberCount: number, members: Array<{ actor: string, displayName: string | null, kind: MemberKind, disabledAt: string | null }> }
    | Record<PropertyKey, never>
   | null };

export type MemberEntryFragment = { actor: string, kind: MemberKind, displayName: string | null, email: string | null, disabledAt: string | null, teams: Array<{ teamId: string, name: string }> };

export type MembersQueryVariables = Exact<{
  search?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type MembersQuery = { members: Array<{ actor: string, kind: MemberKind, displayName: string | null, email: string | null, disabledAt: string | null, teams: Array<{ teamId: string, name: string }> }> };

export type MemberNamesQueryVariables = Exact<{
  search?: string | null | undefined;
}>;


export type MemberNamesQuery = { members: Array<{ actor: string, displayName: string | null, kind: MemberKind, disabledAt: string | null }> };

export type SetMemberMutationVariables = Exact<{
  input: SetMemberInput;
}>;


export type SetMemberMutation = { setMember:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'SetMemberPayload' }
   };

export type TeamsQueryVariables = Exact<{
  search?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type TeamsQuery = { teams: Array<{ id: string, teamId: string, name: string, idpGroup: string | null, memberCount: number, members: Array<{ actor: string }> }> };

export type TeamNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type TeamNamesQuery = { teams: Array<{ teamId: string, name: string }> };

export type TeamListQueryVariables = Exact<{
  id: string | number;
}>;


export type TeamListQuery = { node:
    | { members: Array<{ actor: string }> }
    | Record<PropertyKey, never>
   | null };

export type SetTeamMutationVariables = Exact<{
  input: SetTeamInput;
}>;


export type SetTeamMutation = { setTeam:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'SetTeamPayload' }
   };

export type DeleteTeamMutationVariables = Exact<{
  input: DeleteTeamInput;
}>;


export type DeleteTeamMutation = { deleteTeam:
    | { __typename: 'DeleteTeamPayload' }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'TeamInUseError', message: string, nodeExecIds: Array<string>, ruleIds: Array<string> }
   };

export type ApiTokensQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiTokensQuery = { apiTokens: Array<{ apiTokenId: string, actor: string, scopes: Array<string>, createdAt: string, createdBy: string | null, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null }> };

export type CreateApiTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateApiTokenMutation = { createApiToken:
    | { __typename: 'CreateApiTokenPayload', secret: string }
    | { __typename: 'InvalidInputError', message: string }
   };

export type RevokeApiTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;


export type RevokeApiTokenMutation = { revokeApiToken:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RevokeApiTokenPayload' }
   };

export type DelegationsQueryVariables = Exact<{ [key: string]: never; }>;


export type DelegationsQuery = { delegations: Array<{ delegationId: string, from: string, to: string, startsAt: string, until: string, reason: string | null, active: boolean, revokedAt: string | null }> };

export type CreateDelegationMutationVariables = Exact<{
  input: CreateDelegationInput;
}>;


export type CreateDelegationMutation = { createDelegation:
    | { __typename: 'CreateDelegationPayload' }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
   };

export type RevokeDelegationMutationVariables = Exact<{
  input: RevokeDelegationInput;
}>;


export type RevokeDelegationMutation = { revokeDelegation:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RevokeDelegationPayload' }
   };

export type PeopleChangesQueryVariables = Exact<{
  before?: string | null | undefined;
}>;


export type PeopleChangesQuery = { peopleChanges: Array<{ cursor: string, at: string, actor: string, change: string, subject: string, detail: unknown }> };

export type RuleFragment = { ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> };

export type PolicyVersionFragment = { version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> };

export type PolicyQueryVariables = Exact<{ [key: string]: never; }>;


export type PolicyQuery = { policy: { version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> } | null };

export type PolicyReasonsQueryVariables = Exact<{
  beforeVersion?: number | null | undefined;
}>;


export type PolicyReasonsQuery = { policyHistory: Array<{ version: number, rules: Array<{ ruleId: string, reason: string | null }> }> };

export type PolicyBeforeQueryVariables = Exact<{
  beforeVersion?: number | null | undefined;
}>;


export type PolicyBeforeQuery = { policyHistory: Array<{ version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string, rules: Array<{ ruleId: string, when: string, effect: RuleEffect, reason: string | null, expiresAfter: string | null, risk: Risk | null, approvalsRequired: Array<{ teamId: string | null, actors: Array<string> | null, count: number }>, escalation: Array<{ after: string, teamIds: Array<string>, actors: Array<string> }> }> }> };

export type PolicyHistoryQueryVariables = Exact<{
  beforeVersion?: number | null | undefined;
}>;


export type PolicyHistoryQuery = { policyHistory: Array<{ version: number, mode: PolicyMode, note: string | null, createdBy: string, createdAt: string }> };

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
    | { __typename: 'PolicyPreview', examined: number, truncated: boolean, allowedCount: number, reviewCount: number, deniedCount: number, allowedThoughRejectedCount: number, allowedThoughEditedCount: number, deniedThoughApprovedCount: number, matches: Array<{ ruleId: string, count: number }>, problems: Array<{ ruleId: string, message: string }>, surprises: Array<{ nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null }> }
   };

export type PreviewAutoApprovalQueryVariables = Exact<{
  input: PreviewAutoApprovalInput;
}>;


export type PreviewAutoApprovalQuery = { previewAutoApproval:
    | { __typename: 'AutoApprovalPreview', examined: number, truncated: boolean, coveredCount: number, coveredThoughRejectedCount: number, coveredThoughEditedCount: number, defaultExpiresAt: string, surprises: Array<{ nodeExecId: string, kind: ReviewKind, nodeId: string, graphExecId: string, graphId: string, headline: string | null, instructions: string | null, risk: Risk | null, tags: Array<string>, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, reviewedAt: string | null, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }>, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type AskedBeforeQueryVariables = Exact<{
  all: ReviewSearch;
  granted: ReviewSearch;
  rejected: ReviewSearch;
}>;


export type AskedBeforeQuery = { all: { totalCount: number | null }, granted: { totalCount: number | null }, rejected: { totalCount: number | null } };

export type LatestBeforeQueryVariables = Exact<{
  search: ReviewSearch;
  first: number;
}>;


export type LatestBeforeQuery = { searchReviews: { edges: Array<{ node: { nodeExecId: string, kind: ReviewKind, nodeId: string, headline: string | null, status: ReviewStatus, decidedBy: string | null, decisionSource: DecisionSource | null, wasEdited: boolean | null, reviewMessage: string | null, createdAt: string, policy: { mode: PolicyMode, effect: RuleEffect, ruleIds: Array<string>, problems: Array<{ ruleId: string }> } | null } }> } };

export type AllStandingApprovalsQueryVariables = Exact<{
  active?: boolean | null | undefined;
  after?: string | null | undefined;
}>;


export type AllStandingApprovalsQuery = { allAutoApprovals: { edges: Array<{ node: { graphId: string, graphVersion: number, id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, when: string | null, requestedBy: string | null, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TalkQueryVariables = Exact<{
  nodeExecId: string | number;
}>;


export type TalkQuery = { reviews: Array<{ nodeExecId: string, comments: Array<{ id: string, actor: string, text: string, pointer: string | null, revision: number, at: string }>, revisions: Array<{ revision: number, note: string | null, at: string, changesRequestedBy: string | null, changesRequested: string | null }> }> };

export type RevisionPayloadsQueryVariables = Exact<{
  nodeExecId: string | number;
}>;


export type RevisionPayloadsQuery = { reviews: Array<{ nodeExecId: string, revisions: Array<{ revision: number, payload: unknown }> }> };

export type TimelineQueryVariables = Exact<{
  nodeExecId: string | number;
  after?: string | null | undefined;
}>;


export type TimelineQuery = { reviews: Array<{ nodeExecId: string, events: Array<{ cursor: string, kind: ReviewEventKind, actor: string, at: string, decisionSource: DecisionSource | null, message: string | null }> }> };

export type AddCommentMutationVariables = Exact<{
  input: AddCommentInput;
}>;


export type AddCommentMutation = { addComment:
    | { __typename: 'AddCommentPayload', comment: { id: string } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'QuotaExceededError', message: string }
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
export const RowFragmentDoc = new TypedDocumentString(`
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
    `, {"fragmentName":"Row"}) as unknown as TypedDocumentString<RowFragment, unknown>;
export const ApprovalsFragmentDoc = new TypedDocumentString(`
    fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
    `, {"fragmentName":"Approvals"}) as unknown as TypedDocumentString<ApprovalsFragment, unknown>;
export const DetailFragmentDoc = new TypedDocumentString(`
    fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}`, {"fragmentName":"Detail"}) as unknown as TypedDocumentString<DetailFragment, unknown>;
export const StandingApprovalFragmentDoc = new TypedDocumentString(`
    fragment StandingApproval on AutoApproval {
  id
  graphExecId
  nodeId
  createdBy
  createdAt
  when
  requestedBy
  expiresAt
  maxUses
  uses
  revokedAt
  revokedBy
  active
}
    `, {"fragmentName":"StandingApproval"}) as unknown as TypedDocumentString<StandingApprovalFragment, unknown>;
export const MemberEntryFragmentDoc = new TypedDocumentString(`
    fragment MemberEntry on Member {
  actor
  kind
  displayName
  email
  disabledAt
  teams {
    teamId
    name
  }
}
    `, {"fragmentName":"MemberEntry"}) as unknown as TypedDocumentString<MemberEntryFragment, unknown>;
export const RuleFragmentDoc = new TypedDocumentString(`
    fragment Rule on PolicyRule {
  ruleId
  when
  effect
  reason
  approvalsRequired {
    teamId
    actors
    count
  }
  escalation {
    after
    teamIds
    actors
  }
  expiresAfter
  risk
}
    `, {"fragmentName":"Rule"}) as unknown as TypedDocumentString<RuleFragment, unknown>;
export const PolicyVersionFragmentDoc = new TypedDocumentString(`
    fragment PolicyVersion on Policy {
  version
  mode
  rules {
    ...Rule
  }
  note
  createdBy
  createdAt
}
    fragment Rule on PolicyRule {
  ruleId
  when
  effect
  reason
  approvalsRequired {
    teamId
    actors
    count
  }
  escalation {
    after
    teamIds
    actors
  }
  expiresAfter
  risk
}`, {"fragmentName":"PolicyVersion"}) as unknown as TypedDocumentString<PolicyVersionFragment, unknown>;
export const FindReviewsDocument = new TypedDocumentString(`
    query FindReviews($search: ReviewSearch!, $first: Int!, $after: String) {
  searchReviews(search: $search, first: $first, after: $after) {
    edges {
      node {
        ...Row
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}`, {"hash":"sha256:fbc5971a1c6589be82ae1a72afde1a7b771813469acb5d7f3f2eb1f166659f6a"}) as unknown as TypedDocumentString<FindReviewsQuery, FindReviewsQueryVariables>;
export const CountReviewsDocument = new TypedDocumentString(`
    query CountReviews($search: ReviewSearch!) {
  searchReviews(search: $search, first: 1) {
    totalCount
  }
}
    `, {"hash":"sha256:a78d4b12bf70ec679ba649f237a11953ca951b78e3588060508ca676248dc499"}) as unknown as TypedDocumentString<CountReviewsQuery, CountReviewsQueryVariables>;
export const FiguresDocument = new TypedDocumentString(`
    query Figures($by: StatsBy!, $from: DateTime!, $to: DateTime!) {
  reviewStats(by: $by, from: $from, to: $to) {
    key
    askedCount
    approvedCount
    editedCount
    rejectedCount
    expiredCount
    decidedByPeopleCount
    medianSeconds
    p95Seconds
  }
}
    `, {"hash":"sha256:3076895d05311ea378421cd490f90a132987dbbf680d3c02e393498c77193b46"}) as unknown as TypedDocumentString<FiguresQuery, FiguresQueryVariables>;
export const DetailsDocument = new TypedDocumentString(`
    query Details($nodeExecIds: [ID!]!) {
  reviews(nodeExecIds: $nodeExecIds) {
    ...Detail
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}`, {"hash":"sha256:438a35ea5463a7b08c29f7cbfeb1559f3b1c6febb78bdd918127f31bd3126f9f"}) as unknown as TypedDocumentString<DetailsQuery, DetailsQueryVariables>;
export const WaitingDocument = new TypedDocumentString(`
    query Waiting($first: Int!, $after: String) {
  pendingReviews(first: $first, after: $after) {
    edges {
      node {
        ...Row
        viewerMayDecide
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
    feedCursor
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}`, {"hash":"sha256:dcd94d25334723fe8e5371af3230fd7bb48ae70a7a229c2949d6a6b16e27741c"}) as unknown as TypedDocumentString<WaitingQuery, WaitingQueryVariables>;
export const MayDecideDocument = new TypedDocumentString(`
    query MayDecide($nodeExecIds: [ID!]!) {
  reviews(nodeExecIds: $nodeExecIds) {
    nodeExecId
    claimedBy
    viewerMayDecide
  }
}
    `, {"hash":"sha256:ec0d50a3989cfc909934d856f67dba35e746eeac3ec2cdc2f0094469af3cb549"}) as unknown as TypedDocumentString<MayDecideQuery, MayDecideQueryVariables>;
export const ByStateDocument = new TypedDocumentString(`
    query ByState($state: ReviewState!, $first: Int!, $after: String) {
  reviewsByState(state: $state, first: $first, after: $after) {
    edges {
      node {
        ...Row
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}`, {"hash":"sha256:939c7c5803e83b6062572e8c8532ff9307bb777ab8ff9c8a318be8f97d09a61d"}) as unknown as TypedDocumentString<ByStateQuery, ByStateQueryVariables>;
export const FeedDocument = new TypedDocumentString(`
    subscription Feed($after: String!) {
  reviewEvents(after: $after) {
    cursor
    kind
    nodeExecId
    graphExecId
    actor
    at
    review {
      ...Row
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}`, {"hash":"sha256:3910d8b2da998482aa3c72eaf5ba84491671ff8ceefd8d2a906d6ccfa54a23c1"}) as unknown as TypedDocumentString<FeedSubscription, FeedSubscriptionVariables>;
export const DecideDocument = new TypedDocumentString(`
    mutation Decide($input: DecideReviewsInput!) {
  decideReviews(input: $input) {
    __typename
    ... on DecideReviewsPayload {
      reviews {
        ...Detail
      }
      autoApprovals {
        graphExecId
        nodeId
      }
    }
    ... on Error {
      message
    }
    ... on ReviewConflictError {
      reviews {
        ...Detail
      }
    }
    ... on NotFoundError {
      ids
    }
    ... on ReviewNotEditableError {
      nodeExecIds
    }
    ... on SelfApprovalError {
      nodeExecIds
    }
    ... on NotEligibleError {
      nodeExecIds
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}`, {"hash":"sha256:d43cce7a147be18f50dcf74f7d6897b23252d913dac49e5afc2cee88ec58f7a8"}) as unknown as TypedDocumentString<DecideMutation, DecideMutationVariables>;
export const ClaimReviewDocument = new TypedDocumentString(`
    mutation ClaimReview($input: ClaimReviewInput!) {
  claimReview(input: $input) {
    __typename
    ... on ClaimReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}`, {"hash":"sha256:9450135c396dbfb24bbaa02c88e62d33d1cb77c834c275e4510d2edc0ca65503"}) as unknown as TypedDocumentString<ClaimReviewMutation, ClaimReviewMutationVariables>;
export const ReleaseReviewDocument = new TypedDocumentString(`
    mutation ReleaseReview($input: ReleaseReviewInput!) {
  releaseReview(input: $input) {
    __typename
    ... on ReleaseReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}`, {"hash":"sha256:636759094a7ddae117fe4cd4c3414d7d0cadc22dbc13d3129cda82cfa40f21e7"}) as unknown as TypedDocumentString<ReleaseReviewMutation, ReleaseReviewMutationVariables>;
export const WithdrawDecisionDocument = new TypedDocumentString(`
    mutation WithdrawDecision($input: WithdrawDecisionInput!) {
  withdrawDecision(input: $input) {
    __typename
    ... on WithdrawDecisionPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}`, {"hash":"sha256:47970ae214dcf44e6abb0e3dd6b4a80f677c8975082a73bc29278306a879f171"}) as unknown as TypedDocumentString<WithdrawDecisionMutation, WithdrawDecisionMutationVariables>;
export const ReassignReviewDocument = new TypedDocumentString(`
    mutation ReassignReview($input: ReassignReviewInput!) {
  reassignReview(input: $input) {
    __typename
    ... on ReassignReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}`, {"hash":"sha256:0604f32f23f45e0d8b7eccb02e69c27c8a1c6b1269a86b7ea5a001ab5d9c2683"}) as unknown as TypedDocumentString<ReassignReviewMutation, ReassignReviewMutationVariables>;
export const OverrideReviewDocument = new TypedDocumentString(`
    mutation OverrideReview($input: OverrideReviewInput!) {
  overrideReview(input: $input) {
    __typename
    ... on OverrideReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    team {
      id
      teamId
      name
    }
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
  viewerMayDecideAs
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  tags
  reversible
  attachments {
    digest
    name
    mediaType
    bytes
    path
  }
  links {
    title
    url
  }
  allowedDecisions
  revision
  answerSchema
  answer
  policy {
    version
    problems {
      message
    }
  }
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  updatedAt
}`, {"hash":"sha256:ce6bbc56580fb14a3316d4b0c53e1ba746378c9bd86ee67caaa5b7f16fca3439"}) as unknown as TypedDocumentString<OverrideReviewMutation, OverrideReviewMutationVariables>;
export const ExecutionDocument = new TypedDocumentString(`
    query Execution($graphExecId: ID!) {
  graphExecution(graphExecId: $graphExecId) {
    graphExecId
    graphId
    graphVersion
    status
  }
  reviewsForExecution(graphExecId: $graphExecId, first: 100) {
    totalCount
    edges {
      node {
        ...Row
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}`, {"hash":"sha256:6db7e88879adccc0709e767ad97f142231fc56bffb51e6d2a7e596fa508814ae"}) as unknown as TypedDocumentString<ExecutionQuery, ExecutionQueryVariables>;
export const StandingApprovalsDocument = new TypedDocumentString(`
    query StandingApprovals($graphExecId: ID!) {
  autoApprovals(graphExecId: $graphExecId) {
    ...StandingApproval
  }
}
    fragment StandingApproval on AutoApproval {
  id
  graphExecId
  nodeId
  createdBy
  createdAt
  when
  requestedBy
  expiresAt
  maxUses
  uses
  revokedAt
  revokedBy
  active
}`, {"hash":"sha256:3c93695ed45fe587f521aeffa2a5e06755bae600fb1bc93cb44bb6ccd4c35fd6"}) as unknown as TypedDocumentString<StandingApprovalsQuery, StandingApprovalsQueryVariables>;
export const RevokeAutoApprovalDocument = new TypedDocumentString(`
    mutation RevokeAutoApproval($input: RevokeAutoApprovalInput!) {
  revokeAutoApproval(input: $input) {
    __typename
    ... on RevokeAutoApprovalPayload {
      autoApproval {
        ...StandingApproval
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment StandingApproval on AutoApproval {
  id
  graphExecId
  nodeId
  createdBy
  createdAt
  when
  requestedBy
  expiresAt
  maxUses
  uses
  revokedAt
  revokedBy
  active
}`, {"hash":"sha256:21b449cf437208894de04d3aaab1e2664db0c82b2b3966f08a5132c920707229"}) as unknown as TypedDocumentString<RevokeAutoApprovalMutation, RevokeAutoApprovalMutationVariables>;
export const WaitingCountDocument = new TypedDocumentString(`
    query WaitingCount($graphExecId: ID!) {
  pendingReviewsForExecution(graphExecId: $graphExecId, first: 1) {
    totalCount
  }
}
    `, {"hash":"sha256:92b0c1b3ef2b16b03e99c141982141fba52cda7931da67b0b5af17c2af424199"}) as unknown as TypedDocumentString<WaitingCountQuery, WaitingCountQueryVariables>;
export const StopExecutionDocument = new TypedDocumentString(`
    mutation StopExecution($input: CancelPendingReviewsInput!) {
  cancelPendingReviews(input: $input) {
    __typename
    ... on CancelPendingReviewsPayload {
      cancelledCount
    }
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:b39bc885b8e5636d9b0ccfe1293a6ecda2b0743d85939855278bed9cfe38191a"}) as unknown as TypedDocumentString<StopExecutionMutation, StopExecutionMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    userId
    actor
    scopes
    sessionId
    displayName
  }
}
    `, {"hash":"sha256:4ea0732cfaefb6103ad3fc60dd24ab93524b33f919647e15895c491af621b892"}) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const TeamPeopleDocument = new TypedDocumentString(`
    query TeamPeople($id: ID!) {
  node(id: $id) {
    ... on Team {
      idpGroup
      memberCount
      members(first: 100) {
        actor
        displayName
        kind
        disabledAt
      }
    }
  }
}
    `, {"hash":"sha256:20c9b7a952dbf71cf7fddaa6d09be8c09d660673653a8046019cf34ca4576b77"}) as unknown as TypedDocumentString<TeamPeopleQuery, TeamPeopleQueryVariables>;
export const MembersDocument = new TypedDocumentString(`
    query Members($search: String, $first: Int) {
  members(search: $search, first: $first) {
    ...MemberEntry
  }
}
    fragment MemberEntry on Member {
  actor
  kind
  displayName
  email
  disabledAt
  teams {
    teamId
    name
  }
}`, {"hash":"sha256:71336e8ea6c68a203a3ad4a935795dca9999780c950bd72cbefa3c8faae37b37"}) as unknown as TypedDocumentString<MembersQuery, MembersQueryVariables>;
export const MemberNamesDocument = new TypedDocumentString(`
    query MemberNames($search: String) {
  members(search: $search, first: 20) {
    actor
    displayName
    kind
    disabledAt
  }
}
    `, {"hash":"sha256:6ce24a9d7b5c792a10525bc1d25a9b68179bd402a62bf48a593d67c52dfe5115"}) as unknown as TypedDocumentString<MemberNamesQuery, MemberNamesQueryVariables>;
export const SetMemberDocument = new TypedDocumentString(`
    mutation SetMember($input: SetMemberInput!) {
  setMember(input: $input) {
    __typename
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:efb87e540e4a0c7cc9bfeec5804b7ade91b1249ab87dd2e68ba6d210c6de20d8"}) as unknown as TypedDocumentString<SetMemberMutation, SetMemberMutationVariables>;
export const TeamsDocument = new TypedDocumentString(`
    query Teams($search: String, $first: Int) {
  teams(search: $search, first: $first) {
    id
    teamId
    name
    idpGroup
    memberCount
    members(first: 8) {
      actor
    }
  }
}
    `, {"hash":"sha256:6ee1d234522b50452435d26bb1b20d260728930eeaba34ed85bcf2efb49c01c1"}) as unknown as TypedDocumentString<TeamsQuery, TeamsQueryVariables>;
export const TeamNamesDocument = new TypedDocumentString(`
    query TeamNames {
  teams {
    teamId
    name
  }
}
    `, {"hash":"sha256:5eba29a5a534b34aa3c0693fb5e982560e39c59ace665df912edc3572c9cb70f"}) as unknown as TypedDocumentString<TeamNamesQuery, TeamNamesQueryVariables>;
export const TeamListDocument = new TypedDocumentString(`
    query TeamList($id: ID!) {
  node(id: $id) {
    ... on Team {
      members {
        actor
      }
    }
  }
}
    `, {"hash":"sha256:4f82f1476908c97e610378690a25f7e5d2d7989e584193b7c02ac67f37188399"}) as unknown as TypedDocumentString<TeamListQuery, TeamListQueryVariables>;
export const SetTeamDocument = new TypedDocumentString(`
    mutation SetTeam($input: SetTeamInput!) {
  setTeam(input: $input) {
    __typename
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:1c9ad6ca912bd1dfa90ebe568714a047d07d5c4a31badbcd17ac3dd6bdd5905b"}) as unknown as TypedDocumentString<SetTeamMutation, SetTeamMutationVariables>;
export const DeleteTeamDocument = new TypedDocumentString(`
    mutation DeleteTeam($input: DeleteTeamInput!) {
  deleteTeam(input: $input) {
    __typename
    ... on Error {
      message
    }
    ... on TeamInUseError {
      nodeExecIds
      ruleIds
    }
  }
}
    `, {"hash":"sha256:538fa4f783157d6421da491ae1e1b1a730bc709cb41c11da2489cb77fe3d7127"}) as unknown as TypedDocumentString<DeleteTeamMutation, DeleteTeamMutationVariables>;
export const ApiTokensDocument = new TypedDocumentString(`
    query ApiTokens {
  apiTokens {
    apiTokenId
    actor
    scopes
    createdAt
    createdBy
    expiresAt
    lastUsedAt
    revokedAt
  }
}
    `, {"hash":"sha256:8fb7a46f416cede50788a5c8cd050e8e91c8be5d65f6d69851fda2ca1d264573"}) as unknown as TypedDocumentString<ApiTokensQuery, ApiTokensQueryVariables>;
export const CreateApiTokenDocument = new TypedDocumentString(`
    mutation CreateApiToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    __typename
    ... on CreateApiTokenPayload {
      secret
    }
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:e197f465b6cb53cb449163653f05a10f63c5245f1d780e0d3702b641abf803c9"}) as unknown as TypedDocumentString<CreateApiTokenMutation, CreateApiTokenMutationVariables>;
export const RevokeApiTokenDocument = new TypedDocumentString(`
    mutation RevokeApiToken($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) {
    __typename
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:f158077c78692797e0aa74b2ed5acaf695fb070331624eb5f1a17bd7a003b9e4"}) as unknown as TypedDocumentString<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>;
export const DelegationsDocument = new TypedDocumentString(`
    query Delegations {
  delegations {
    delegationId
    from
    to
    startsAt
    until
    reason
    active
    revokedAt
  }
}
    `, {"hash":"sha256:8e7e0616f6e235bdd816c8efb89db52cb4779985e011879794904d3b15db6304"}) as unknown as TypedDocumentString<DelegationsQuery, DelegationsQueryVariables>;
export const CreateDelegationDocument = new TypedDocumentString(`
    mutation CreateDelegation($input: CreateDelegationInput!) {
  createDelegation(input: $input) {
    __typename
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:4c6e9f7557b84183a1f5c96b8cb4e20dad9edc58303860ba4a4862423ffb4252"}) as unknown as TypedDocumentString<CreateDelegationMutation, CreateDelegationMutationVariables>;
export const RevokeDelegationDocument = new TypedDocumentString(`
    mutation RevokeDelegation($input: RevokeDelegationInput!) {
  revokeDelegation(input: $input) {
    __typename
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:5ff7f6b546aa2d08adb5e4e2e2a3618b007060c9007f38e5aa705e519976ab1e"}) as unknown as TypedDocumentString<RevokeDelegationMutation, RevokeDelegationMutationVariables>;
export const PeopleChangesDocument = new TypedDocumentString(`
    query PeopleChanges($before: String) {
  peopleChanges(first: 50, before: $before) {
    cursor
    at
    actor
    change
    subject
    detail
  }
}
    `, {"hash":"sha256:0f0e61a87ca6e6e743b4e75696ad7098a42649a2e69d58305f305ad1127e7d2d"}) as unknown as TypedDocumentString<PeopleChangesQuery, PeopleChangesQueryVariables>;
export const PolicyDocument = new TypedDocumentString(`
    query Policy {
  policy {
    ...PolicyVersion
  }
}
    fragment Rule on PolicyRule {
  ruleId
  when
  effect
  reason
  approvalsRequired {
    teamId
    actors
    count
  }
  escalation {
    after
    teamIds
    actors
  }
  expiresAfter
  risk
}
fragment PolicyVersion on Policy {
  version
  mode
  rules {
    ...Rule
  }
  note
  createdBy
  createdAt
}`, {"hash":"sha256:febaff03fa8086cc530b8079ed992a75f0071588771961f4da09a0e1c120e6a6"}) as unknown as TypedDocumentString<PolicyQuery, PolicyQueryVariables>;
export const PolicyReasonsDocument = new TypedDocumentString(`
    query PolicyReasons($beforeVersion: Int) {
  policyHistory(first: 1, beforeVersion: $beforeVersion) {
    version
    rules {
      ruleId
      reason
    }
  }
}
    `, {"hash":"sha256:ca64015153d750e8aa3da792629f467d2b2acbb4ecd82c637c48cc38a0e19857"}) as unknown as TypedDocumentString<PolicyReasonsQuery, PolicyReasonsQueryVariables>;
export const PolicyBeforeDocument = new TypedDocumentString(`
    query PolicyBefore($beforeVersion: Int) {
  policyHistory(first: 1, beforeVersion: $beforeVersion) {
    ...PolicyVersion
  }
}
    fragment Rule on PolicyRule {
  ruleId
  when
  effect
  reason
  approvalsRequired {
    teamId
    actors
    count
  }
  escalation {
    after
    teamIds
    actors
  }
  expiresAfter
  risk
}
fragment PolicyVersion on Policy {
  version
  mode
  rules {
    ...Rule
  }
  note
  createdBy
  createdAt
}`, {"hash":"sha256:e4787541aa567195edea8b3bf1e0cad5a4b4b1c3fab184c75e78a5a48f1710a9"}) as unknown as TypedDocumentString<PolicyBeforeQuery, PolicyBeforeQueryVariables>;
export const PolicyHistoryDocument = new TypedDocumentString(`
    query PolicyHistory($beforeVersion: Int) {
  policyHistory(first: 20, beforeVersion: $beforeVersion) {
    version
    mode
    note
    createdBy
    createdAt
  }
}
    `, {"hash":"sha256:82478c24b6e1e9fccfde21d731dcebe99cb7265f672a7df285798eaa584c170f"}) as unknown as TypedDocumentString<PolicyHistoryQuery, PolicyHistoryQueryVariables>;
export const SetPolicyDocument = new TypedDocumentString(`
    mutation SetPolicy($input: SetPolicyInput!) {
  setPolicy(input: $input) {
    __typename
    ... on SetPolicyPayload {
      policy {
        ...PolicyVersion
      }
    }
    ... on Error {
      message
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
    ... on PolicyConflictError {
      policy {
        ...PolicyVersion
      }
    }
  }
}
    fragment Rule on PolicyRule {
  ruleId
  when
  effect
  reason
  approvalsRequired {
    teamId
    actors
    count
  }
  escalation {
    after
    teamIds
    actors
  }
  expiresAfter
  risk
}
fragment PolicyVersion on Policy {
  version
  mode
  rules {
    ...Rule
  }
  note
  createdBy
  createdAt
}`, {"hash":"sha256:4d85717dee9d0b64c6a189100dbebd014ff00a5a398171cc51ac9be889bf93e3"}) as unknown as TypedDocumentString<SetPolicyMutation, SetPolicyMutationVariables>;
export const PreviewPolicyDocument = new TypedDocumentString(`
    query PreviewPolicy($input: PreviewPolicyInput!) {
  previewPolicy(input: $input) {
    __typename
    ... on PolicyPreview {
      examined
      truncated
      allowedCount
      reviewCount
      deniedCount
      matches {
        ruleId
        count
      }
      problems {
        ruleId
        message
      }
      allowedThoughRejectedCount
      allowedThoughEditedCount
      deniedThoughApprovedCount
      surprises {
        ...Row
      }
    }
    ... on Error {
      message
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}`, {"hash":"sha256:553f4b0dc6f3bdd64a2a91d871c3af7055fa42151f1aabbd98b57d88a7c297d6"}) as unknown as TypedDocumentString<PreviewPolicyQuery, PreviewPolicyQueryVariables>;
export const PreviewAutoApprovalDocument = new TypedDocumentString(`
    query PreviewAutoApproval($input: PreviewAutoApprovalInput!) {
  previewAutoApproval(input: $input) {
    __typename
    ... on AutoApprovalPreview {
      examined
      truncated
      coveredCount
      coveredThoughRejectedCount
      coveredThoughEditedCount
      defaultExpiresAt
      surprises {
        ...Row
      }
    }
    ... on Error {
      message
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  kind
  nodeId
  graphExecId
  graphId
  headline
  instructions
  risk
  tags
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  reviewedAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
  policy {
    mode
    effect
    ruleIds
    problems {
      ruleId
    }
  }
}`, {"hash":"sha256:0f6c29eea1d65888f893faba75e9bd156294119e9adfd8f4cdc08553a1584d56"}) as unknown as TypedDocumentString<PreviewAutoApprovalQuery, PreviewAutoApprovalQueryVariables>;
export const AskedBeforeDocument = new TypedDocumentString(`
    query AskedBefore($all: ReviewSearch!, $granted: ReviewSearch!, $rejected: ReviewSearch!) {
  all: searchReviews(search: $all, first: 1) {
    totalCount
  }
  granted: searchReviews(search: $granted, first: 1) {
    totalCount
  }
  rejected: searchReviews(search: $rejected, first: 1) {
    totalCount
  }
}
    `, {"hash":"sha256:0c081c3d211760174573a72a7d7bd7c6422e00e344ef346ad2baa9dcbe527e7a"}) as unknown as TypedDocumentString<AskedBeforeQuery, AskedBeforeQueryVariables>;
export const LatestBeforeDocument = new TypedDocumentString(`
    query LatestBefore($search: ReviewSearch!, $first: Int!) {
  searchReviews(search: $search, first: $first) {
    edges {
      node {
        nodeExecId
        kind
        nodeId
        headline
        status
        decidedBy
        decisionSource
        wasEdited
        reviewMessage
        createdAt
        policy {
          mode
          effect
          ruleIds
          problems {
            ruleId
          }
        }
      }
    }
  }
}
    `, {"hash":"sha256:4b533687ce3519ec251b4bc837534259a1959670f220f7f8abd5ab74f4dc943c"}) as unknown as TypedDocumentString<LatestBeforeQuery, LatestBeforeQueryVariables>;
export const AllStandingApprovalsDocument = new TypedDocumentString(`
    query AllStandingApprovals($active: Boolean, $after: String) {
  allAutoApprovals(active: $active, first: 50, after: $after) {
    edges {
      node {
        ...StandingApproval
        graphId
        graphVersion
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment StandingApproval on AutoApproval {
  id
  graphExecId
  nodeId
  createdBy
  createdAt
  when
  requestedBy
  expiresAt
  maxUses
  uses
  revokedAt
  revokedBy
  active
}`, {"hash":"sha256:e0f99a3dee19933641d2f0a1ad3eac3217024039b2851b6542b4215b407f2256"}) as unknown as TypedDocumentString<AllStandingApprovalsQuery, AllStandingApprovalsQueryVariables>;
export const TalkDocument = new TypedDocumentString(`
    query Talk($nodeExecId: ID!) {
  reviews(nodeExecIds: [$nodeExecId]) {
    nodeExecId
    comments {
      id
      actor
      text
      pointer
      revision
      at
    }
    revisions {
      revision
      note
      at
      changesRequestedBy
      changesRequested
    }
  }
}
    `, {"hash":"sha256:eb9ad210ae5d6d8882d3cb9b579c65274d35b2196534d35e42a112a9df5b7de9"}) as unknown as TypedDocumentString<TalkQuery, TalkQueryVariables>;
export const RevisionPayloadsDocument = new TypedDocumentString(`
    query RevisionPayloads($nodeExecId: ID!) {
  reviews(nodeExecIds: [$nodeExecId]) {
    nodeExecId
    revisions {
      revision
      payload
    }
  }
}
    `, {"hash":"sha256:2cbd62a2a92bcd4f1ce791296f27d7e3bf4356ff1cff078f7ae6e4d82221ae08"}) as unknown as TypedDocumentString<RevisionPayloadsQuery, RevisionPayloadsQueryVariables>;
export const TimelineDocument = new TypedDocumentString(`
    query Timeline($nodeExecId: ID!, $after: String) {
  reviews(nodeExecIds: [$nodeExecId]) {
    nodeExecId
    events(first: 100, after: $after) {
      cursor
      kind
      actor
      at
      decisionSource
      message
    }
  }
}
    `, {"hash":"sha256:23806018d346502c865a6d8735fe49a6b44eb16c6cd493b058bcbcc6cd79012b"}) as unknown as TypedDocumentString<TimelineQuery, TimelineQueryVariables>;
export const AddCommentDocument = new TypedDocumentString(`
    mutation AddComment($input: AddCommentInput!) {
  addComment(input: $input) {
    __typename
    ... on AddCommentPayload {
      comment {
        id
      }
    }
    ... on Error {
      message
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
    `, {"hash":"sha256:fb3795ddd05cc676615b13a7313238e0d8a4c3bbbcadeb4c97d49c73186153f9"}) as unknown as TypedDocumentString<AddCommentMutation, AddCommentMutationVariables>;