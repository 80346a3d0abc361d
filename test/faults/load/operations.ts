const reviewFields = `nodeExecId graphExecId graphId graphVersion nodeId instructions requestedBy
  consumers status decisionSource decidedBy reviewMessage payload originalPayload payloadDigest
  subjectDigest processed consumedBy outcome createdAt reviewedAt voidedAt
  kind revision answer headline risk tags policy { version mode effect ruleIds }
  approvalsRequired { count given } votes { actor decision subjectDigest message endedBy }`;
const resultFields = 'nodeExecId status data message processed autoApproved';
const approvalFields = 'createdBy createdAt uses maxUses';

/**
 * The fields to select in each payload, and whether the operation can return a ReviewConflictError.
 */
const mutations = {
  requestReview: [`review { ${reviewFields} } result { ${resultFields} } state`, true],
  decideReviews: [`reviews { ${reviewFields} }`, true],
  consumeReview: [`review { ${reviewFields} } result { ${resultFields} }`, true],
  reportOutcome: [`review { ${reviewFields} }`, true],
  setReviewProcessed: [`review { ${reviewFields} } changed`, true],
  claimReview: [`review { ${reviewFields} claimedBy }`, true],
  releaseReview: [`review { ${reviewFields} claimedBy }`, true],
  withdrawDecision: [`review { ${reviewFields} }`, true],
  reassignReview: [`review { ${reviewFields} }`, true],
  overrideReview: [`review { ${reviewFields} }`, true],
  reviseReview: [`review { ${reviewFields} }`, true],
  addComment: ['comment { id }', false],
  deleteReview: ['deletedCount', false],
  cancelPendingReviews: ['cancelledCount', false],
  registerExecution: ['execution { status registeredBy stoppedBy }', false],
  createAutoApproval: [`autoApproval { ${approvalFields} }`, false],
  revokeAutoApproval: [`autoApproval { ${approvalFields} }`, false],
  setPolicy: ['policy { version createdBy }', false],
} as const;

type MutationName = keyof typeof mutations;

/**
 * The mutations, and `reviews`, the only query of the load, which reads reviews by id.
 */
export type OperationName = MutationName | 'reviews';
export const operationNames = [...Object.keys(mutations), 'reviews'] as OperationName[];

const mutationOf = (name: MutationName): string => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const [fields, conflicts] = mutations[name];
  return `mutation ${type}($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Payload { ${fields} } ... on Error { message }
    ${name === 'setPolicy' ? '... on PolicyConflictError { policy { version } }' : ''}
    ${conflicts ? `... on ReviewConflictError { reviews { ${reviewFields} } }` : ''} } }`;
};

const documents = Object.fromEntries(
  (Object.keys(mutations) as MutationName[]).map((name) => [name, mutationOf(name)]),
) as Record<MutationName, string>;

const look = `query Reviews($nodeExecIds: [ID!]!) {
  reviews(nodeExecIds: $nodeExecIds) { ${reviewFields} } }`;

/** The body of a request. */
export const requestOf = (name: OperationName, input: object) =>
  name === 'reviews'
    ? { query: look, variables: input }
    : { query: documents[name], variables: { input } };

export const eventDocument = `subscription ($after: String, $graphExecId: ID) {
  reviewEvents(after: $after, graphExecId: $graphExecId) {
    cursor kind nodeExecId actor requestedBy status decisionSource payloadDigest message
    review { status decisionSource payloadDigest createdAt requestedBy consumers } } }`;
