import {
  type BuiltInApproval,
  planStepsOf,
  reasoningOf,
  type PlanStep as Step,
} from '@holdpoint/client/approvals';
import type { JsonText } from '@holdpoint/client/json';
import { approvalIn } from '../reviews/typedApproval.ts';
import { builder } from './builder.ts';

type Of<Kind extends BuiltInApproval['kind']> = Extract<
  BuiltInApproval,
  { kind: Kind }
>['payload'] & { kind: Kind };

const PlanStep = builder.objectRef<Step>('PlanStep').implement({
  description: 'One step of a plan.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Position in the plan, starting at 1.' }),
    objective: t.exposeString('objective', {
      description: 'What the step is for. `unknown` if the plan does not say.',
    }),
    capability: t.exposeString('capability', {
      description: 'The capability that runs the step. `unknown` if the plan does not say.',
    }),
  }),
});

const PlanApproval = builder.objectRef<Of<'plan'>>('PlanApproval').implement({
  description: 'Approval of an execution plan before any of its steps run.',
  fields: (t) => ({
    steps: t.field({
      type: [PlanStep],
      description: 'The steps of the plan, in order.',
      resolve: planStepsOf,
    }),
    file: t.string({
      nullable: true,
      description: 'Path of the file that the plan is stored in.',
      resolve: (plan) => plan.plan_file_path,
    }),
    directory: t.string({
      nullable: true,
      description: 'Path of the folder for pending plans.',
      resolve: (plan) => plan.pending_plans_dir,
    }),
  }),
});

const MemoryApproval = builder.objectRef<Of<'memory'>>('MemoryApproval').implement({
  description: "Approval of a change to what the agent remembers about one of the agent's users.",
  fields: (t) => ({
    operation: t.string({
      description: 'The operation, e.g. `save`, `update` or `delete`.',
      resolve: (memory) => memory.operation_type,
    }),
    content: t.string({
      description: 'The content to save or delete.',
      resolve: (memory) => memory.content,
    }),
    existing: t.string({
      nullable: true,
      description: 'The memory as it is now. Null if there is none.',
      resolve: (memory) => memory.existing_memory || null,
    }),
    objective: t.string({
      nullable: true,
      description: 'What the operation is for.',
      resolve: (memory) => memory.step_objective,
    }),
    memoryUserId: t.string({
      nullable: true,
      description: "ID of the agent's user that the memory is about. Not a workspace ID.",
      resolve: (memory) => memory.user_id,
    }),
  }),
});

const CodeApproval = builder.objectRef<Of<'code'>>('CodeApproval').implement({
  description: 'Approval of code before it runs.',
  fields: (t) => ({
    code: t.string({ description: 'The code.', resolve: (approval) => approval.code }),
    mode: t.string({
      description: 'The execution mode, e.g. `readonly`, `simulation` or `write`.',
      resolve: (code) => code.execution_mode,
    }),
    concerns: t.stringList({
      description: 'Safety concerns about the code.',
      resolve: (code) => code.safety_concerns ?? [],
    }),
    reasoning: t.string({ description: 'Why approval is needed.', resolve: reasoningOf }),
    objective: t.string({
      nullable: true,
      description: 'What the code is for.',
      resolve: (code) => code.step_objective,
    }),
    notebookLink: t.string({
      nullable: true,
      description: 'Link to the code in its notebook, as sent by the agent. Not verified.',
      resolve: (code) => code.notebook_link,
    }),
    notebookPath: t.string({
      nullable: true,
      description: 'Path of the notebook.',
      resolve: (code) => code.notebook_path,
    }),
    folder: t.string({
      nullable: true,
      description: 'Path of the folder that the code runs in.',
      resolve: (code) => code.execution_folder_path,
    }),
  }),
});

const typeNames = { plan: 'PlanApproval', memory: 'MemoryApproval', code: 'CodeApproval' } as const;

export const Approval = builder.unionType('Approval', {
  description: 'A payload in one of the formats that Holdpoint understands.',
  types: [PlanApproval, MemoryApproval, CodeApproval],
  resolveType: ({ kind }) => typeNames[kind],
});

/** @returns null if the payload is not an approval, or does not match the type that it names */
export function approvalOf(payload: JsonText): Of<'plan'> | Of<'memory'> | Of<'code'> | null {
  const approval = approvalIn(payload);
  return approval && ({ ...approval.payload, kind: approval.kind } as never);
}
