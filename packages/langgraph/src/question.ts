import { isRecord } from '@holdpoint/client/approvals';
import type { Outcome, RunEnd } from './outcome.ts';

/** An interrupt in the form of LangGraph. */
export type Interrupt = {
  id: string;
  value: unknown;
  /** The JSON Schema of the answer, if the node has one. */
  response_schema?: unknown;
};

/** The decision on one question. */
export type Decision = {
  approved: boolean;
  /** If approved, what to act on: the requested payload or the reviewer's edit. Otherwise null. */
  data: unknown;
  /** Whether it is not what was asked for. */
  edited: boolean;
  /** The reviewer's message; empty if there is none. */
  message: string;
  /** What the model gets in place of a result, if the reviewer neither approved nor rejected. */
  reply?: string;
};

/** A question that becomes one review. */
export type Question = {
  /** The nodeId, which standing approvals cover. */
  node: string;
  payload: unknown;
  instructions?: string | undefined;
  editable: boolean;
  /** The schema of the answer, if the reviewer answers in place of the tool. */
  answerSchema?: Record<string, unknown>;
  /** Whether the graph takes a reply in place of an approval. */
  takesReply?: boolean;
  /** Why the graph must not get this decision; null if it may. */
  refusal(decision: Decision): string | null;
};

/** An interrupt, its questions, and how they are answered. */
export type Questions = {
  interrupt: Interrupt;
  /** One question, or one per item of a batch. */
  questions: Question[];
  /** The return value of `interrupt()` for these decisions. */
  answer(decisions: readonly Decision[]): unknown;
  /** What is known about acting on the approval of the question at this place; null if nothing. */
  outcome(at: number, decisions: readonly Decision[], end: RunEnd): Outcome | null;
};

/** A question whose unchanged approval the graph accepts, so that only edits can be refused. */
export const asAsked = (payload: unknown): Decision => ({
  approved: true,
  data: payload,
  edited: false,
  message: '',
});

export const rejection: Decision = { approved: false, data: null, edited: false, message: '' };

/** The type of a value, which an edit must keep: `an object`, `a list`, … */
export function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isRecord(value) ? 'an object' : `a ${typeof value}`;
}
