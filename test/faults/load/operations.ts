const reviewFields = `nodeExecId graphExecId status decisionSource decidedBy reviewMessage payload originalPayload
  payloadDigest processed consumedBy outcome`;
const resultFields = 'nodeExecId status data message processed autoApproved';
const approvalFields = 'createdBy uses maxUses';

/** What is asked for of each payload, and whether the operation may answer with a ReviewConflictError. */
const operations = {
  requestReview: [`review { ${reviewFields} } result { ${resultFields} }`, true],
  decideReviews: [`reviews { ${reviewFields} }`, true],
  consumeReview: [`review { ${reviewFields} } result { ${resultFields} }`, true],
  reportOutcome: [`review { ${reviewFields} }`, true],
  setReviewProcessed: [`review { ${reviewFields} } changed`, true],
  cancelPendingReviews: ['cancelledCount', false],
  registerExecution: ['execution { status }', false],
  createAutoApproval: [`autoApproval { ${approvalFields} }`, false],
  revokeAutoApproval: [`autoApproval { ${approvalFields} }`, false],
} as const;

export type OperationName = keyof typeof operations;
export const operationNames = Object.keys(operations) as OperationName[];

const documentOf = (name: OperationName): string => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const [fields, conflicts] = operations[name];
  return `mutation ${type}($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Payload { ${fields} } ... on Error { message }
    ${conflicts ? `... on ReviewConflictError { reviews { ${reviewFields} } }` : ''} } }`;
};

export const documents = Object.fromEntries(
  operationNames.map((name) => [name, documentOf(name)]),
) as Record<OperationName, string>;

export const eventDocument = `subscription ($after: String, $graphExecId: ID) {
  reviewEvents(after: $after, graphExecId: $graphExecId) {
    cursor kind nodeExecId actor review { status decisionSource payloadDigest } } }`;
