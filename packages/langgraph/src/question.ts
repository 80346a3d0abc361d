import { isRecord } from '@holdpoint/client/approvals';

/** An interrupt as LangGraph lists it. */
export type Interrupt = {
  id: string;
  value: unknown;
  /** JSON Schema of what its node takes for an answer, where the node says. */
  response_schema?: unknown;
};

/** What was decided on one question. */
export type Decision = {
  approved: boolean;
  /**
   * What to act on where it is approved: what was asked, or the reviewer's edit of it. Null where
   * it is not.
   */
  data: unknown;
  edited: boolean;
  /** What the reviewer said; empty if nothing. */
  message: string;
};

/** What becomes one review. */
export type Question = {
  /** The nodeId: what standing approvals are for. */
  node: string;
  payload: unknown;
  instructions?: string | undefined;
  editable: boolean;
  /** Why the graph must not get this decision; null where it may. */
  refusal(decision: Decision): string | null;
};

/** An interrupt and what it takes to answer it. */
export type Questions = {
  interrupt: Interrupt;
  /** One, or one for each of a batch. */
  questions: Question[];
  /** What its node gets, from as many decisions. */
  answer(decisions: readonly Decision[]): unknown;
  /** Why an approval is not acted on although the graph goes on; null where it is. */
  skipped(decisions: readonly Decision[]): string | null;
};

/** A question that the graph's own approvals pass, so that only edits can be refused. */
export const asAsked = (payload: unknown): Decision => ({
  approved: true,
  data: payload,
  edited: false,
  message: '',
});

export const rejection: Decision = { approved: false, data: null, edited: false, message: '' };

/** `an object`, `a list`, …: an edit must stay what it was. */
export function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isRecord(value) ? 'an object' : `a ${typeof value}`;
}
