import { checkSerializable } from './checkSerializable.ts';
import type { Client, RequestOptions, SendOptions } from './connect.ts';
import { randomHex } from './digest.ts';
import { RefusedError } from './errors.ts';
import {
  AddCommentDocument,
  type AddCommentInput,
  AllAutoApprovalsDocument,
  type AllAutoApprovalsQueryVariables,
  ApiTokensDocument,
  AutoApprovalsDocument,
  CancelPendingReviewsDocument,
  type CancelPendingReviewsInput,
  CheckApprovalDocument,
  type CheckApprovalInput,
  ClaimReviewDocument,
  type ClaimReviewInput,
  CommentsDocument,
  ConsumeReviewDocument,
  type ConsumeReviewInput,
  CreateApiTokenDocument,
  type CreateApiTokenInput,
  CreateAutoApprovalDocument,
  type CreateAutoApprovalInput,
  CreateDelegationDocument,
  type CreateDelegationInput,
  CreateWebhookDocument,
  type CreateWebhookInput,
  DecideReviewsDocument,
  type DecideReviewsInput,
  DelegationsDocument,
  DeleteReviewDocument,
  type DeleteReviewInput,
  DeleteTeamDocument,
  type DeleteTeamInput,
  DeleteWebhookDocument,
  type DeleteWebhookInput,
  GraphExecutionDocument,
  HandshakeDocument,
  HasPendingReviewsDocument,
  MembersDocument,
  NodeDocument,
  OverrideReviewDocument,
  type OverrideReviewInput,
  PendingReviewDocument,
  PeopleChangesDocument,
  type PeopleChangesQueryVariables,
  PolicyDocument,
  PolicyHistoryDocument,
  type PolicyHistoryQueryVariables,
  PreviewAutoApprovalDocument,
  type PreviewAutoApprovalInput,
  PreviewPolicyDocument,
  type PreviewPolicyInput,
  type ProblemFragment,
  ReassignReviewDocument,
  type ReassignReviewInput,
  RedeliverWebhookEventDocument,
  type RedeliverWebhookEventInput,
  RegisterExecutionDocument,
  type RegisterExecutionInput,
  ReleaseReviewDocument,
  type ReleaseReviewInput,
  ReportOutcomeDocument,
  type ReportOutcomeInput,
  RequestReviewDocument,
  type RequestReviewInput,
  ReviewStatsDocument,
  type ReviewStatsQueryVariables,
  ReviewsByStateDocument,
  type ReviewsByStateQueryVariables,
  ReviewsDocument,
  ReviewsForExecutionDocument,
  type ReviewsForExecutionQueryVariables,
  ReviseReviewDocument,
  type ReviseReviewInput,
  RevisionsDocument,
  RevokeApiTokenDocument,
  type RevokeApiTokenInput,
  RevokeAutoApprovalDocument,
  type RevokeAutoApprovalInput,
  RevokeDelegationDocument,
  type RevokeDelegationInput,
  RotateWebhookSecretDocument,
  type RotateWebhookSecretInput,
  SearchReviewsDocument,
  type SearchReviewsQueryVariables,
  SetMemberDocument,
  type SetMemberInput,
  SetPolicyDocument,
  type SetPolicyInput,
  SetReviewProcessedDocument,
  type SetReviewProcessedInput,
  SetTeamDocument,
  type SetTeamInput,
  SetWebhookEnabledDocument,
  type SetWebhookEnabledInput,
  TeamsDocument,
  type TypedDocumentString,
  UnlinkMemberDocument,
  type UnlinkMemberInput,
  ViewerDocument,
  WaitingReviewsDocument,
  WaitingReviewsForExecutionDocument,
  type WaitingReviewsForExecutionQueryVariables,
  type WaitingReviewsQueryVariables,
  WebhookDeliveriesDocument,
  type WebhookDeliveriesQueryVariables,
  WebhooksDocument,
  WithdrawDecisionDocument,
  type WithdrawDecisionInput,
} from './generated/graphql.ts';
import { errorOfProblem } from './problems.ts';
import { isTransient, patiently } from './retry.ts';
import type { Bytes, Upload } from './upload.ts';

/** As many as a UUID, so that no two callers choose the same key. */
const KEY_BYTES = 16;

export type Operations = ReturnType<typeof operationsOf>;

/** Otherwise nobody would know why an agent does nothing until its patience ends. */
const warn = ({ message }: Error) => console.warn(`${message}. Retrying…`);

/**
 * Every query and mutation of the API as a method of the same name. Error types of the API are
 * thrown as classes of the same name. Idempotent operations are retried while the service is
 * unreachable. Decisions, deletions and the like are not retried once they are sent, because they
 * may have taken effect.
 * @param onRetry is called when a request failed and is retried, and not again until one succeeded
 */
export function operationsOf(
  client: Client,
  patienceMs: number,
  onRetry: (error: Error) => void = warn,
) {
  let isRetrying = false;

  async function send<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options: SendOptions,
  ): Promise<Result> {
    const result = await client.request(document, variables, options);
    isRetrying = false;
    return result;
  }

  function noteRetry(error: unknown): void {
    if (isRetrying || isTooMany(error)) return;
    isRetrying = true;
    onRetry(error as Error);
  }

  /** For queries and idempotent mutations. */
  function repeat<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    { signal }: RequestOptions = {},
  ): Promise<Result> {
    checkSerializable(variables, '');
    return patiently(() => send(document, variables, { signal }), {
      patienceMs,
      signal,
      onRetry: noteRetry,
    });
  }

  /**
   * Retries only until the request is sent, as the first request with a token may already fail, and
   * if the service refused it because there are too many.
   */
  async function once<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    { signal }: RequestOptions = {},
  ): Promise<Result> {
    checkSerializable(variables, '');
    let isSent = false;
    const onSending = () => {
      isSent = true;
    };
    return patiently(() => send(document, variables, { signal, onSending }), {
      patienceMs,
      signal,
      mayRepeat: (error) => isTransient(error) && (!isSent || isTooMany(error)),
      onRetry: noteRetry,
    });
  }

  return {
    /** Uploads a file. See `uploadAttachment` of the client, which returns the object for payloads. */
    upload(bytes: Bytes, mediaType: string, { signal }: RequestOptions = {}): Promise<Upload> {
      const attempt = async () => {
        const stored = await client.upload(bytes, mediaType, { signal });
        isRetrying = false;
        return stored;
      };
      return patiently(attempt, { patienceMs, signal, onRetry: noteRetry });
    },
    async viewer(options?: RequestOptions) {
      return (await repeat(ViewerDocument, {}, options)).viewer;
    },
    /** The version of the service's API, "major.minor". It is already known to be compatible. */
    async apiVersion(options?: RequestOptions) {
      return (await repeat(HandshakeDocument, {}, options)).apiVersion;
    },
    /** Reviews in any status, in the order of the IDs. Unknown IDs are left out. At most 100. */
    async reviews(nodeExecIds: string[], options?: RequestOptions) {
      return (await repeat(ReviewsDocument, { nodeExecIds }, options)).reviews;
    },
    /** The review if it is still WAITING, otherwise null. */
    async pendingReview(nodeExecId: string, options?: RequestOptions) {
      return (await repeat(PendingReviewDocument, { nodeExecId }, options)).pendingReview;
    },
    async pendingReviews(page: WaitingReviewsQueryVariables = {}, options?: RequestOptions) {
      return (await repeat(WaitingReviewsDocument, page, options)).pendingReviews;
    },
    async pendingReviewsForExecution(
      page: WaitingReviewsForExecutionQueryVariables,
      options?: RequestOptions,
    ) {
      const answer = await repeat(WaitingReviewsForExecutionDocument, page, options);
      return answer.pendingReviewsForExecution;
    },
    async reviewsByState(page: ReviewsByStateQueryVariables, options?: RequestOptions) {
      return (await repeat(ReviewsByStateDocument, page, options)).reviewsByState;
    },
    /** All reviews of an execution, in any status, newest first. */
    async reviewsForExecution(page: ReviewsForExecutionQueryVariables, options?: RequestOptions) {
      return (await repeat(ReviewsForExecutionDocument, page, options)).reviewsForExecution;
    },
    /** Reviews in any status that meet all of `search`, newest first. Needs `review:read`. */
    async searchReviews(page: SearchReviewsQueryVariables, options?: RequestOptions) {
      return (await repeat(SearchReviewsDocument, page, options)).searchReviews;
    },
    /** Figures of the reviews that were requested in a range. Needs `review:read`. */
    async reviewStats(range: ReviewStatsQueryVariables, options?: RequestOptions) {
      return (await repeat(ReviewStatsDocument, range, options)).reviewStats;
    },
    async hasPendingReviews(graphExecId: string, options?: RequestOptions) {
      const answer = await repeat(HasPendingReviewsDocument, { graphExecId }, options);
      return answer.hasPendingReviews;
    },
    /** Any object of the workspace by its global ID. */
    async node(id: string, options?: RequestOptions) {
      return (await repeat(NodeDocument, { id }, options)).node;
    },
    async graphExecution(graphExecId: string, options?: RequestOptions) {
      return (await repeat(GraphExecutionDocument, { graphExecId }, options)).graphExecution;
    },
    /** The standing approvals of an execution, active or not, oldest first. */
    async autoApprovals(graphExecId: string, options?: RequestOptions) {
      return (await repeat(AutoApprovalsDocument, { graphExecId }, options)).autoApprovals;
    },
    /** The standing approvals of the workspace, newest first, page by page. Needs `review:read`. */
    async allAutoApprovals(page: AllAutoApprovalsQueryVariables, options?: RequestOptions) {
      return (await repeat(AllAutoApprovalsDocument, page, options)).allAutoApprovals;
    },
    /**
     * Whether this step is approved at the moment; null if not. It permits nothing: see
     * consumeReview.
     */
    async checkApproval(input: CheckApprovalInput, options?: RequestOptions) {
      return (await repeat(CheckApprovalDocument, { input }, options)).checkApproval;
    },
    /** Requests a review, or returns the existing one. It does not wait: see review. */
    async requestReview(input: RequestReviewInput, options?: RequestOptions) {
      return payloadOf((await repeat(RequestReviewDocument, { input }, options)).requestReview);
    },
    async setReviewProcessed(input: SetReviewProcessedInput, options?: RequestOptions) {
      const answer = await repeat(SetReviewProcessedDocument, { input: keyed(input) }, options);
      return payloadOf(answer.setReviewProcessed);
    },
    /**
     * Consumes an approval, which only one caller can do. The idempotency key makes retries safe.
     * @throws ReviewConflictError if the caller must not act
     */
    async consumeReview(input: ConsumeReviewInput, options?: RequestOptions) {
      const answer = await repeat(ConsumeReviewDocument, { input: keyed(input) }, options);
      return payloadOf(answer.consumeReview);
    },
    /** Reports the result of acting on a consumed approval. */
    async reportOutcome(input: ReportOutcomeInput, options?: RequestOptions) {
      return payloadOf((await repeat(ReportOutcomeDocument, { input }, options)).reportOutcome);
    },
    async registerExecution(input: RegisterExecutionInput, options?: RequestOptions) {
      const answer = await once(RegisterExecutionDocument, { input }, options);
      return payloadOf(answer.registerExecution);
    },
    async cancelPendingReviews(input: CancelPendingReviewsInput, options?: RequestOptions) {
      const answer = await once(CancelPendingReviewsDocument, { input }, options);
      return payloadOf(answer.cancelPendingReviews);
    },
    async deleteReview(input: DeleteReviewInput, options?: RequestOptions) {
      return payloadOf((await once(DeleteReviewDocument, { input }, options)).deleteReview);
    },
    async decideReviews(input: DecideReviewsInput, options?: RequestOptions) {
      return payloadOf((await once(DecideReviewsDocument, { input }, options)).decideReviews);
    },
    /** Claims a review for ten minutes, or renews the claim, so that others see who is at it. */
    async claimReview(input: ClaimReviewInput, options?: RequestOptions) {
      return payloadOf((await repeat(ClaimReviewDocument, { input }, options)).claimReview);
    },
    async releaseReview(input: ReleaseReviewInput, options?: RequestOptions) {
      return payloadOf((await repeat(ReleaseReviewDocument, { input }, options)).releaseReview);
    },
    /** Takes back a vote, or a decision that was not used yet. Then the review waits. */
    async withdrawDecision(input: WithdrawDecisionInput, options?: RequestOptions) {
      return payloadOf((await once(WithdrawDecisionDocument, { input }, options)).withdrawDecision);
    },
    /**
     * Replaces the payload of an own request, while it waits or after changes were requested. Then
     * it waits again.
     */
    async reviseReview(input: ReviseReviewInput, options?: RequestOptions) {
      return payloadOf((await once(ReviseReviewDocument, { input }, options)).reviseReview);
    },
    /** Adds a comment to a review. */
    async addComment(input: AddCommentInput, options?: RequestOptions) {
      return payloadOf((await once(AddCommentDocument, { input }, options)).addComment);
    },
    /** The comments on a review, oldest first; none if it is unknown. */
    async comments(nodeExecId: string, options?: RequestOptions) {
      const answer = await repeat(CommentsDocument, { nodeExecIds: [nodeExecId] }, options);
      return answer.reviews[0]?.comments ?? [];
    },
    /** All revisions of a review, oldest first; none if it is unknown. */
    async revisions(nodeExecId: string, options?: RequestOptions) {
      const answer = await repeat(RevisionsDocument, { nodeExecIds: [nodeExecId] }, options);
      return answer.reviews[0]?.revisions ?? [];
    },
    /** Changes who is asked to approve a review. */
    async reassignReview(input: ReassignReviewInput, options?: RequestOptions) {
      return payloadOf((await once(ReassignReviewDocument, { input }, options)).reassignReview);
    },
    /** Settles a review without the approvals that it requires. Needs `review:override`. */
    async overrideReview(input: OverrideReviewInput, options?: RequestOptions) {
      return payloadOf((await once(OverrideReviewDocument, { input }, options)).overrideReview);
    },
    async createAutoApproval(input: CreateAutoApprovalInput, options?: RequestOptions) {
      const answer = await once(CreateAutoApprovalDocument, { input }, options);
      return payloadOf(answer.createAutoApproval);
    },
    async revokeAutoApproval(input: RevokeAutoApprovalInput, options?: RequestOptions) {
      const answer = await repeat(RevokeAutoApprovalDocument, { input }, options);
      return payloadOf(answer.revokeAutoApproval);
    },
    async teams(options?: RequestOptions) {
      return (await repeat(TeamsDocument, {}, options)).teams;
    },
    async members(options?: RequestOptions) {
      return (await repeat(MembersDocument, {}, options)).members;
    },
    /** Delegations that have not ended, and those of the last 30 days. */
    async delegations(options?: RequestOptions) {
      return (await repeat(DelegationsDocument, {}, options)).delegations;
    },
    async apiTokens(options?: RequestOptions) {
      return (await repeat(ApiTokensDocument, {}, options)).apiTokens;
    },
    /** Changes of members, teams, delegations and tokens, newest first. */
    async peopleChanges(page: PeopleChangesQueryVariables = {}, options?: RequestOptions) {
      return (await repeat(PeopleChangesDocument, page, options)).peopleChanges;
    },
    /** Creates or replaces a team, with its whole list. */
    async setTeam(input: SetTeamInput, options?: RequestOptions) {
      return payloadOf((await repeat(SetTeamDocument, { input }, options)).setTeam);
    },
    async deleteTeam(input: DeleteTeamInput, options?: RequestOptions) {
      return payloadOf((await once(DeleteTeamDocument, { input }, options)).deleteTeam);
    },
    async setMember(input: SetMemberInput, options?: RequestOptions) {
      return payloadOf((await repeat(SetMemberDocument, { input }, options)).setMember);
    },
    async unlinkMember(input: UnlinkMemberInput, options?: RequestOptions) {
      return payloadOf((await repeat(UnlinkMemberDocument, { input }, options)).unlinkMember);
    },
    async createDelegation(input: CreateDelegationInput, options?: RequestOptions) {
      return payloadOf((await once(CreateDelegationDocument, { input }, options)).createDelegation);
    },
    async revokeDelegation(input: RevokeDelegationInput, options?: RequestOptions) {
      const answer = await repeat(RevokeDelegationDocument, { input }, options);
      return payloadOf(answer.revokeDelegation);
    },
    /** Creates an API token. Its secret is only returned this once. */
    async createApiToken(input: CreateApiTokenInput, options?: RequestOptions) {
      return payloadOf((await once(CreateApiTokenDocument, { input }, options)).createApiToken);
    },
    async revokeApiToken(input: RevokeApiTokenInput, options?: RequestOptions) {
      return payloadOf((await repeat(RevokeApiTokenDocument, { input }, options)).revokeApiToken);
    },
    /** The newest version of the policy, whatever its mode; null if none was saved. */
    async policy(options?: RequestOptions) {
      return (await repeat(PolicyDocument, {}, options)).policy;
    },
    /** Ten versions of the policy, newest first. */
    async policyHistory(page: PolicyHistoryQueryVariables = {}, options?: RequestOptions) {
      return (await repeat(PolicyHistoryDocument, page, options)).policyHistory;
    },
    /**
     * Saves the whole policy as a new version.
     * @throws PolicyConflictError if `basedOnVersion` is not the newest one
     */
    async setPolicy(input: SetPolicyInput, options?: RequestOptions) {
      return payloadOf((await once(SetPolicyDocument, { input }, options)).setPolicy);
    },
    /** What a draft would have made of past requests. */
    async previewPolicy(input: PreviewPolicyInput, options?: RequestOptions) {
      return payloadOf((await repeat(PreviewPolicyDocument, { input }, options)).previewPolicy);
    },
    /** Which past requests a standing approval would have covered. */
    async previewAutoApproval(input: PreviewAutoApprovalInput, options?: RequestOptions) {
      const answer = await repeat(PreviewAutoApprovalDocument, { input }, options);
      return payloadOf(answer.previewAutoApproval);
    },
    async webhooks(options?: RequestOptions) {
      return (await repeat(WebhooksDocument, {}, options)).webhooks;
    },
    async webhookDeliveries(page: WebhookDeliveriesQueryVariables, options?: RequestOptions) {
      return (await repeat(WebhookDeliveriesDocument, page, options)).webhookDeliveries;
    },
    async createWebhook(input: CreateWebhookInput, options?: RequestOptions) {
      return payloadOf((await once(CreateWebhookDocument, { input }, options)).createWebhook);
    },
    async deleteWebhook(input: DeleteWebhookInput, options?: RequestOptions) {
      return payloadOf((await once(DeleteWebhookDocument, { input }, options)).deleteWebhook);
    },
    async setWebhookEnabled(input: SetWebhookEnabledInput, options?: RequestOptions) {
      const answer = await repeat(SetWebhookEnabledDocument, { input }, options);
      return payloadOf(answer.setWebhookEnabled);
    },
    async rotateWebhookSecret(input: RotateWebhookSecretInput, options?: RequestOptions) {
      const answer = await once(RotateWebhookSecretDocument, { input }, options);
      return payloadOf(answer.rotateWebhookSecret);
    },
    async redeliverWebhookEvent(input: RedeliverWebhookEventInput, options?: RequestOptions) {
      const answer = await once(RedeliverWebhookEventDocument, { input }, options);
      return payloadOf(answer.redeliverWebhookEvent);
    },
  };
}

const isTooMany = (error: unknown): boolean =>
  error instanceof RefusedError && error.code === 'TOO_MANY_REQUESTS';

const keyed = <Input extends { idempotencyKey?: string | null | undefined }>(input: Input) => ({
  ...input,
  idempotencyKey: input.idempotencyKey ?? randomHex(KEY_BYTES),
});

type PayloadOf<Answer> = Exclude<Answer, { __typename: `${string}Error` }>;

/** @throws the error of the API as the class of the same name */
function payloadOf<Answer extends { __typename: string }>(answer: Answer): PayloadOf<Answer> {
  if (!answer.__typename.endsWith('Error')) return answer as PayloadOf<Answer>;
  throw errorOfProblem(answer as unknown as ProblemFragment & { __typename: string });
}
