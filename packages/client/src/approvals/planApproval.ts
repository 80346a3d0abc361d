import { z } from 'zod';
import { type ApprovalRequest, defineApprovalKind } from './approvalKind.ts';
import { createApprovalType } from './approvalType.ts';
import { code, line } from './message.ts';

const text = z.string().nullish();

const planPayload = z.looseObject({
  execution_plan: z.looseObject({
    steps: z.array(z.looseObject({ task_objective: text, capability: text })).nullish(),
  }),
  plan_file_path: text,
  pending_plans_dir: text,
});

export type PlanPayload = z.output<typeof planPayload>;

/** A step as it is shown: numbered from 1, `unknown` where the plan does not say. */
export type PlanStep = { number: number; objective: string; capability: string };

/** An execution plan, before any of it is carried out. */
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
  /** Its steps have a `task_objective` and a `capability`; whatever else it holds goes along. */
  executionPlan: z.input<typeof planPayload>['execution_plan'];
  /** Where the plan is stored. */
  planFilePath?: string | null | undefined;
  pendingPlansDir?: string | null | undefined;
};

/**
 * Asks whether a plan may be carried out (case B33).
 * @throws InvalidApprovalError naming each value that does not fit
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
