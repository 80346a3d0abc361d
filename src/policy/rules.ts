import { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { text } from '../input.ts';
import { escalation } from '../people/escalation.ts';
import { approvalsRequired, totalCount } from '../people/requirement.ts';
import { isExpression } from './expression/compile.ts';
import { describe } from './expression/position.ts';
import { requirementUnion } from './requirementUnion.ts';
import { compileRule, EFFECTS, RISKS } from './rule.ts';

const MAX_RULES = 100;
const MAX_REASON_CHARACTERS = 2_000;
/** So that a review's requirements stay as few as an agent may ask for itself. */
const MAX_PLACES = 15;

const ruleId = z.string().regex(/^[a-z0-9-]{1,64}$/, {
  error: ({ input }) =>
    `must be 1 to 64 of a-z, 0-9 and hyphens, not ${JSON.stringify(String(input).slice(0, 100))}`,
});

const rule = z
  .object({
    ruleId,
    when: z.string(),
    effect: z.enum(EFFECTS),
    reason: text(MAX_REASON_CHARACTERS)
      .nullish()
      .transform((reason) => reason?.trim() || null),
    approvalsRequired: approvalsRequired.transform((list) => list ?? []),
    escalation: escalation.transform((steps) => steps ?? []),
    expiresAfter: z
      .string()
      .refine((time) => parseDuration(time) !== null, {
        error: ({ input }) =>
          `must be a time such as 30m, 12h or 7d, not ${JSON.stringify(String(input).slice(0, 100))}`,
      })
      .nullish()
      .transform((time) => time ?? null),
    risk: z
      .enum(RISKS)
      .nullish()
      .transform((value) => value ?? null),
  })
  .superRefine((rule, { addIssue }) => {
    const { when, effect } = rule;
    const issue = (path: string, message: string) =>
      addIssue({ code: 'custom', path: [path], message });
    const compiled = compileRule(rule);
    if (!isExpression(compiled)) issue('when', describe(compiled, when));
    if (effect === 'REVIEW') return;
    for (const field of ['approvalsRequired', 'escalation', 'expiresAfter'] as const) {
      if (rule[field]?.length) issue(field, 'only goes with the effect REVIEW');
    }
  });

/** The rules of a policy. Whether their teams exist is checked when they are saved. */
export const policyRules = z
  .array(rule)
  .max(MAX_RULES, {
    error: ({ input }) =>
      `must contain at most ${MAX_RULES} rules, not ${(input as unknown[]).length}`,
  })
  .superRefine((rules, { addIssue }) => {
    const seen = new Set<string>();
    rules.forEach(({ ruleId }, at) => {
      if (seen.has(ruleId)) {
        const message = `is there twice: ${ruleId}`;
        addIssue({ code: 'custom', path: [at, 'ruleId'], message });
      }
      seen.add(ruleId);
    });
    const places = totalCount(requirementUnion(rules));
    if (places > MAX_PLACES) {
      const message = `if all rules apply, ${places} approvals would be needed; at most ${MAX_PLACES} are possible`;
      addIssue({ code: 'custom', path: [], message });
    }
  });
