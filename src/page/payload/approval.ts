import { isBranch, type JsonBranch, type JsonNode, memberOf } from '@holdpoint/client/json';

/** One step of a plan. `rest` is whatever else the step contains. */
export type PlanStep = {
  readonly objective: string;
  readonly capability: string;
  readonly rest: JsonNode | undefined;
};

/**
 * A payload that asks to approve a plan, a memory change or code, as it is shown. `rest` holds
 * every part of the payload that is not in the other fields, so nothing is left out.
 */
export type Approval = { readonly type: string; readonly rest: JsonNode | undefined } & (
  | {
      readonly kind: 'plan';
      readonly steps: readonly PlanStep[];
      readonly file: string | undefined;
      readonly directory: string | undefined;
    }
  | {
      readonly kind: 'memory';
      readonly operation: string;
      readonly objective: string | undefined;
      readonly content: string;
      readonly existing: string;
      readonly user: string | undefined;
    }
  | {
      readonly kind: 'code';
      readonly code: string;
      readonly mode: string;
      readonly concerns: readonly string[];
      readonly objective: string | undefined;
      readonly reasoning: string | undefined;
      readonly notebook: string | undefined;
      readonly folder: string | undefined;
    }
);

/** The `approval_type` of a payload, or undefined if it has none. */
export function approvalTypeOf(root: JsonNode): string | undefined {
  const type = memberOf(root, 'approval_type');
  return type?.kind === 'string' ? type.value : undefined;
}

/** The payload as an approval, or undefined if it is not one or does not match its type. */
export function approvalOf(root: JsonNode): Approval | undefined {
  const type = approvalTypeOf(root);
  try {
    if (type === 'orchestrator_plan') return planOf(root, type);
    if (type === 'python_executor') return codeOf(root, type);
    if (type?.startsWith('memory_')) return memoryOf(root, type);
  } catch (error) {
    if (!(error instanceof MisfitError)) throw error;
  }
  return undefined;
}

class MisfitError extends Error {}

/** Reads fields of one object and remembers which, so that the others form its rest. */
class Fields {
  readonly #object: JsonBranch;
  readonly #read = new Set<JsonNode>();
  readonly #replaced = new Map<JsonNode, JsonNode | undefined>();

  constructor(node: JsonNode | undefined) {
    if (node?.kind !== 'object') throw new MisfitError('not an object');
    const keys = new Set(node.members.map(({ key }) => key));
    // It is unknown which value of a duplicate key the agent will use.
    if (keys.size !== node.members.length) throw new MisfitError('duplicate key');
    this.#object = node;
  }

  /** A string, or undefined if it is absent or null. A null stays in the rest. */
  text(key: string): string | undefined {
    const node = memberOf(this.#object, key);
    if (node === undefined || node.kind === 'null') return undefined;
    if (node.kind !== 'string') throw new MisfitError(`${key} is not text`);
    this.#read.add(node);
    return node.value;
  }

  requiredText(key: string): string {
    const text = this.text(key);
    if (text === undefined) throw new MisfitError(`${key} is missing`);
    return text;
  }

  /** A string that is not blank. A blank one stays in the rest. */
  nonBlankText(key: string): string | undefined {
    const node = memberOf(this.#object, key);
    return node?.kind === 'string' && node.value.trim() === '' ? undefined : this.text(key);
  }

  /** A list, empty if it is absent or null. */
  items(key: string): readonly JsonNode[] {
    const node = memberOf(this.#object, key);
    if (node === undefined || node.kind === 'null') return [];
    if (node.kind !== 'array') throw new MisfitError(`${key} is not a list`);
    this.#read.add(node);
    return node.members.map(({ value }) => value);
  }

  /** A nested object, whose own rest takes its place in this object's rest. */
  inner(key: string): { fields: Fields; leaveRest(): void } | undefined {
    const node = memberOf(this.#object, key);
    if (node?.kind !== 'object') return undefined;
    const fields = new Fields(node);
    return { fields, leaveRest: () => this.#replaced.set(node, fields.rest()) };
  }

  /** Everything that was not read, or undefined if that is nothing. */
  rest(): JsonNode | undefined {
    const members = this.#object.members.flatMap(({ key, value }) => {
      if (this.#read.has(value)) return [];
      if (!this.#replaced.has(value)) return [{ key, value }];
      const left = this.#replaced.get(value);
      return left === undefined ? [] : [{ key, value: left }];
    });
    const isAllRead = members.length === 0 && this.#object.members.length > 0;
    return isAllRead ? undefined : { ...this.#object, members };
  }
}

function planOf(root: JsonNode, type: string): Approval {
  const fields = new Fields(root);
  fields.text('approval_type');
  const plan = fields.inner('execution_plan');
  if (plan === undefined) throw new MisfitError('execution_plan is not an object');
  const steps = plan.fields.items('steps').map(stepOf);
  plan.leaveRest();
  const file = fields.text('plan_file_path');
  const directory = fields.text('pending_plans_dir');
  return { kind: 'plan', type, steps, file, directory, rest: fields.rest() };
}

function stepOf(node: JsonNode): PlanStep {
  const fields = new Fields(node);
  const objective = fields.nonBlankText('task_objective') ?? 'unknown';
  const capability = fields.nonBlankText('capability') ?? 'unknown';
  return { objective, capability, rest: fields.rest() };
}

function memoryOf(root: JsonNode, type: string): Approval {
  const fields = new Fields(root);
  fields.text('approval_type');
  const operation = fields.requiredText('operation_type');
  const objective = fields.text('step_objective');
  const content = fields.requiredText('content');
  const existing = fields.text('existing_memory') ?? '';
  const user = fields.text('user_id');
  const rest = fields.rest();
  return { kind: 'memory', type, operation, objective, content, existing, user, rest };
}

function codeOf(root: JsonNode, type: string): Approval {
  const fields = new Fields(root);
  fields.text('approval_type');
  const code = fields.requiredText('code');
  const mode = fields.requiredText('execution_mode');
  const concerns = fields.items('safety_concerns').map(textOf);
  const objective = fields.text('step_objective');
  const notebook = fields.text('notebook_link');
  const folder = fields.text('execution_folder_path');
  const analysis = fields.inner('analysis_details');
  const reasoning = analysis?.fields.text('approval_reasoning');
  analysis?.leaveRest();
  const rest = fields.rest();
  return { kind: 'code', type, code, mode, concerns, objective, reasoning, notebook, folder, rest };
}

function textOf(node: JsonNode): string {
  if (isBranch(node) || node.kind !== 'string') throw new MisfitError('a concern is not text');
  return node.value;
}
