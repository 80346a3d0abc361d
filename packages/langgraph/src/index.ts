// The package's entry `holdpoint/langgraph`. It needs @langchain/langgraph beside it.

export type { Asked } from './decide.ts';
export { AlreadyResumedError, NotDecidedError, UnanswerableError } from './errors.ts';
export type { Decision, Interrupt } from './question.ts';
export {
  type ReviewableGraph,
  type RunConfig,
  type RunWithReviewsOptions,
  runWithReviews,
} from './runWithReviews.ts';
