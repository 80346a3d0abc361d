import type { JsonText } from '@holdpoint/client/json';
import { readPayload } from './expression/payload.ts';
import type { Variables } from './expression/scope.ts';
import { Timestamp, type Value } from './expression/values.ts';
import type { Risk } from './rule.ts';

/** What rules look at: a review as it is asked. */
export type Subject = {
  kind: 'ACTION' | 'QUESTION';
  nodeId: string;
  graphId: string;
  graphVersion: number;
  graphExecId: string;
  requestedBy: string;
  consumers: readonly string[];
  instructions: string | null;
  headline: string | null;
  tags: readonly string[];
  risk: Risk | null;
  payload: JsonText;
  now: Date;
};

/** The variables of expressions. The payload is only read if an expression asks for it. */
export function variablesOf(subject: Subject): Variables {
  let payload: Value | undefined;
  return {
    node: subject.nodeId,
    graph: subject.graphId,
    graphVersion: subject.graphVersion,
    execution: subject.graphExecId,
    requestedBy: subject.requestedBy,
    consumers: subject.consumers,
    kind: subject.kind,
    instructions: subject.instructions,
    headline: subject.headline,
    tags: subject.tags,
    risk: subject.risk,
    get now() {
      return new Timestamp(BigInt(subject.now.getTime()) * 1_000_000n);
    },
    get payload() {
      payload ??= readPayload(subject.payload.text);
      return payload;
    },
  };
}
