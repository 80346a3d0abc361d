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
  answer,
  approve,
  edit,
  inTurn,
  letExpire,
  type RejectOptions,
  type RequestChangesOptions,
  race,
  reject,
  requestChanges,
  type ScriptStepOptions,
  type Step,
} from './step.ts';
