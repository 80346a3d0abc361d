// holdpoint/testing: what users test their own agents with.
export {
  type Reviewed,
  type ScriptedReviewer,
  type ScriptedReviewerOptions,
  scriptedReviewer,
} from './scriptedReviewer.ts';
export { startHoldpoint, type TestHoldpoint } from './startHoldpoint.ts';
export {
  type ApproveOptions,
  approve,
  edit,
  inTurn,
  letExpire,
  type RejectOptions,
  race,
  reject,
  type ScriptStepOptions,
  type Step,
} from './step.ts';
