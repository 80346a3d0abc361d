import { payloadDigest, randomHex } from './digest.ts';
import { InvalidInputError } from './problems.ts';

const HASH_CHARACTERS = 32;
const RUN_BYTES = 8;
/** The service accepts 255, including hash and prefix. */
const MAX_NODE_CHARACTERS = 200;

/** The execution ID of a copilot session, which needs no workflow: `copilot-session-{session}`. */
export const copilotSession = (session: string): string => `copilot-session-${session}`;

/** The node ID of a copilot block: `copilot-node-{block}`. */
export const copilotNode = (block: string): string => `copilot-node-${block}`;

/**
 * The ID of one run of a copilot block, `copilot-node-{block}:{run}`, with a random run by default.
 */
export const copilotStep = (block: string, run: string = randomHex(RUN_BYTES)): string => {
  // The node is everything before the last colon.
  if (run.includes(':')) {
    throw new InvalidInputError([{ path: 'run', message: 'must not contain a colon' }]);
  }
  return `${copilotNode(block)}:${run}`;
};

export type Step = {
  execution: string;
  node: string;
  /** What the step will act on. */
  arguments: unknown;
  /** Distinguishes calls with the same arguments, e.g. by the model's tool call ID. */
  call?: string | undefined;
};

/**
 * Derives the ID of a step from its execution, node and arguments, so that a retried step requests
 * the same review. The order of keys does not matter. In a copilot session it is a copilot ID.
 */
export async function stepId({ execution, node, arguments: args, call }: Step): Promise<string> {
  if (node === '' || node.length > MAX_NODE_CHARACTERS) {
    const message = `must have 1 to ${MAX_NODE_CHARACTERS} characters`;
    throw new InvalidInputError([{ path: 'node', message }]);
  }
  const digest = await payloadDigest([execution, node, args ?? null, call ?? null]);
  const hash = digest.slice('sha256:'.length).slice(0, HASH_CHARACTERS);
  return `${nodeOf(execution, node)}:${hash}`;
}

/** The nodeId that belongs to an ID: a copilot ID contains it. */
export const nodeIdFor = (nodeExecId: string, { execution, node }: Omit<Step, 'arguments'>) =>
  nodeExecId.startsWith('copilot-') ? nodeOf(execution, node) : node;

/** In a copilot session a plain name is the name of a block. */
const nodeOf = (execution: string, node: string): string =>
  execution.startsWith('copilot-') && !node.startsWith('copilot-') ? copilotNode(node) : node;
