import { approversOf } from './approvers.ts';
import type { RequestReviewInput, ReviewDecision } from './generated/graphql.ts';
import { nodeIdFor } from './ids.ts';
import type { JsonText } from './json/jsonText.ts';
import { InvalidInputError } from './problems.ts';
import type { ReviewContext, StepOptions } from './stepOptions.ts';
import { summaryOf } from './summary.ts';

type Options = StepOptions & {
  nodeExecId: string;
  payload: JsonText;
  instructions?: string | undefined;
  onChangesRequested?: unknown;
};

/** With the IDs as strings, as they were made here. */
export type AskedReview = RequestReviewInput & {
  nodeExecId: string;
  graphExecId: string;
  nodeId: string;
};

/**
 * The request for a step. Only an agent that can revise it lets reviewers ask for changes.
 * @param usual the decisions without requests for changes
 */
export function requestOf(
  { graph, graphVersion }: ReviewContext,
  options: Options,
  usual: readonly ReviewDecision[],
): AskedReview {
  const { nodeExecId, execution, payload, allowedDecisions, onChangesRequested } = options;
  if (allowedDecisions?.includes('REQUEST_CHANGES') && !onChangesRequested) {
    const message = 'can only contain REQUEST_CHANGES with onChangesRequested';
    throw new InvalidInputError([{ path: 'allowedDecisions', message }]);
  }
  const decisions =
    allowedDecisions ?? (onChangesRequested ? [...usual, 'REQUEST_CHANGES' as const] : undefined);
  return {
    nodeExecId,
    graphExecId: execution,
    graphId: options.graph ?? graph,
    graphVersion: options.graphVersion ?? graphVersion,
    nodeId: nodeIdFor(nodeExecId, options),
    payload,
    instructions: options.instructions ?? null,
    editable: options.editable ?? true,
    ...(decisions && { allowedDecisions: [...decisions] }),
    ...(options.consumers && { consumers: [...options.consumers] }),
    ...summaryOf(options),
    ...approversOf(options),
    ...(options.expiresAt !== undefined && { expiresAt: instantOf(options.expiresAt) }),
  };
}

function instantOf(value: Date | string): string {
  const date = new Date(value);
  if (!Number.isNaN(date.getTime())) return typeof value === 'string' ? value : date.toISOString();
  throw new InvalidInputError([{ path: 'expiresAt', message: `${value} is not a valid date` }]);
}
