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
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'From 1.' }),
    objective: t.exposeString('objective', { description: '"unknown" where the plan has none.' }),
    capability: t.exposeString('capability', {
      description: 'What carries it out; "unknown" where the plan has none.',
    }),
  }),
});

const PlanApproval = builder.objectRef<Of<'plan'>>('PlanApproval').implement({
  description: 'An execution plan, before any of it is carried out.',
  fields: (t) => ({
    steps: t.field({ type: [PlanStep], resolve: planStepsOf }),
    file: t.string({
      nullable: true,
      description: 'Where the plan is stored.',
      resolve: (plan) => plan.plan_file_path,
    }),
    directory: t.string({ nullable: true, resolve: (plan) => plan.pending_plans_dir }),
  }),
});

const MemoryApproval = builder.objectRef<Of<'memory'>>('MemoryApproval').implement({
  description:
    'Something to be saved to, changed in or deleted from what is remembered about a user.',
  fields: (t) => ({
    operation: t.string({
      description: 'save, update, delete, …',
      resolve: (memory) => memory.operation_type,
    }),
    content: t.string({
      description: 'What to save or delete.',
      resolve: (memory) => memory.content,
    }),
    existing: t.string({
      nullable: true,
      description: 'What is remembered now; null where nothing is.',
      resolve: (memory) => memory.existing_memory || null,
    }),
    objective: t.string({ nullable: true, resolve: (memory) => memory.step_objective }),
    memoryUserId: t.string({
      nullable: true,
      description: "Whose memory it is: a user of the agent's, not an owner here.",
      resolve: (memory) => memory.user_id,
    }),
  }),
});

const CodeApproval = builder.objectRef<Of<'code'>>('CodeApproval').implement({
  description: 'Code, before it runs.',
  fields: (t) => ({
    code: t.string({ resolve: (approval) => approval.code }),
    mode: t.string({
      description: 'readonly, simulation, write, …',
      resolve: (code) => code.execution_mode,
    }),
    concerns: t.stringList({
      description: 'What may be unsafe about it.',
      resolve: (code) => code.safety_concerns ?? [],
    }),
    reasoning: t.string({ description: 'Why a person is asked.', resolve: reasoningOf }),
    objective: t.string({ nullable: true, resolve: (code) => code.step_objective }),
    notebookLink: t.string({
      nullable: true,
      description: 'Where the code can be seen in its notebook. Not checked: an agent wrote it.',
      resolve: (code) => code.notebook_link,
    }),
    notebookPath: t.string({ nullable: true, resolve: (code) => code.notebook_path }),
    folder: t.string({
      nullable: true,
      description: 'Where it would run.',
      resolve: (code) => code.execution_folder_path,
    }),
  }),
});

const typeNames = { plan: 'PlanApproval', memory: 'MemoryApproval', code: 'CodeApproval' } as const;

export const Approval = builder.unionType('Approval', {
  description: 'A payload of one of the kinds that Holdpoint knows.',
  types: [PlanApproval, MemoryApproval, CodeApproval],
  resolveType: ({ kind }) => typeNames[kind],
});

/** The payload as an approval, or null where it is none or does not fit the kind it names. */
export function approvalOf(payload: JsonText): Of<'plan'> | Of<'memory'> | Of<'code'> | null {
  const approval = approvalIn(payload);
  return approval && ({ ...approval.payload, kind: approval.kind } as never);
}
