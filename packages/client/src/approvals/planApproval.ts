import { type ApprovalRequest, defineApprovalKind } from './approvalKind.ts';
import { createApprovalType } from './approvalType.ts';
import { code, line } from './message.ts';
import { listOf, objectWith, optional, schemaOf, text } from './payloadSchema.ts';

export type PlanPayload = {
  [key: string]: unknown;
  execution_plan: {
    [key: string]: unknown;
    steps?:
      | {
          [key: string]: unknown;
          task_objective?: string | null | undefined;
          capability?: string | null | undefined;
        }[]
      | null
      | undefined;
  };
  plan_file_path?: string | null | undefined;
  pending_plans_dir?: string | null | undefined;
};

const planStep = objectWith({ task_objective: optional(text), capability: optional(text) });

const planPayload = schemaOf<PlanPayload>(
  objectWith({
    execution_plan: objectWith({ steps: optional(listOf(planStep)) }),
    plan_file_path: optional(text),
    pending_plans_dir: optional(text),
  }),
);

/** A step as shown: numbered from 1, with `unknown` for missing values. */
export type PlanStep = { number: number; objective: string; capability: string };

/** Approval of an execution plan. */
export const planKind = defineApprovalKind({
  name: createApprovalType('orchestrator', 'plan'),
  schema: planPayload,
  present(payload) {
    const steps = planStepsOf(payload);
    const { plan_file_path: file, pending_plans_dir: directory } = payload;
    const parts = [
      `**A plan of ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}**`,
      steps
        .map(
          ({ number, objective, capability }) =>
            `${number}. ${line(objective)} (${code(capability)})`,
        )
        .join('\n'),
      file ? `**File:** ${code(file)}` : '',
      file && directory ? `**Directory:** ${code(directory)}` : '',
    ];
    return {
      text: parts.filter(Boolean).join('\n\n'),
      yes: 'the plan is carried out as it stands here',
      no: 'none of it is carried out',
    };
  },
});

export function planStepsOf({ execution_plan }: PlanPayload): PlanStep[] {
  return (execution_plan.steps ?? []).map(({ task_objective, capability }, index) => ({
    number: index + 1,
    objective: task_objective?.trim() ? task_objective : 'unknown',
    capability: capability?.trim() ? capability : 'unknown',
  }));
}

export type PlanApprovalInput = {
  /** Steps have a `task_objective` and a `capability`. Other members are passed along. */
  executionPlan: PlanPayload['execution_plan'];
  /** Path of the plan. */
  planFilePath?: string | null | undefined;
  pendingPlansDir?: string | null | undefined;
};

/**
 * Creates an approval request for a plan.
 * @throws InvalidApprovalError with each value that does not fit
 */
export const createPlanApproval = ({
  executionPlan,
  planFilePath,
  pendingPlansDir,
}: PlanApprovalInput): ApprovalRequest<PlanPayload> =>
  planKind.request({
    execution_plan: executionPlan,
    ...(planFilePath && { plan_file_path: planFilePath }),
    ...(pendingPlansDir && { pending_plans_dir: pendingPlansDir }),
  });
