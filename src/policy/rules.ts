import { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { text } from '../input.ts';
import { escalation } from '../people/escalation.ts';
import { approvalsRequired, totalCount } from '../people/requirement.ts';
import { isExpression, MAX_EXPRESSION_CHARACTERS } from './expression/compile.ts';
import { describe } from './expression/position.ts';
import { compileRule, EFFECTS, type PolicyRule, RISKS, requiredBy } from './rule.ts';

const MAX_RULES = 100;
const MAX_REASON_CHARACTERS = 2_000;
/** How many expressions are reported as wrong at once. */
const MAX_PROBLEMS = 20;
/** Compiling them takes up to 0.1 ms for each character. */
const MAX_PATTERN_CHARACTERS = 10_000;
/** So that a review's requirements stay as few as an agent may ask for itself. */
const MAX_PLACES = 15;

const ruleId = z.string().regex(/^[a-z0-9-]{1,64}$/, {
  error: ({ input }) =>
    `must be 1 to 64 of a-z, 0-9 and hyphens, not ${JSON.stringify(String(input).slice(0, 100))}`,
});

const rule = z
  .object({
    ruleId,
    when: text(MAX_EXPRESSION_CHARACTERS),
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
    if (rule.effect === 'REVIEW') return;
    for (const field of ['approvalsRequired', 'escalation', 'expiresAfter'] as const) {
      if (!rule[field]?.length) continue;
      addIssue({ code: 'custom', path: [field], message: 'only goes with the effect REVIEW' });
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
    if (rules.length > MAX_RULES) return;
    const seen = new Set<string>();
    rules.forEach(({ ruleId }, at) => {
      if (seen.has(ruleId)) {
        const message = `is there twice: ${ruleId}`;
        addIssue({ code: 'custom', path: [at, 'ruleId'], message });
      }
      seen.add(ruleId);
    });
    checkExpressions(rules, (at, message) => {
      addIssue({ code: 'custom', path: [at, 'when'], message });
    });
    const places = totalCount(requiredBy(rules));
    if (places > MAX_PLACES) {
      const message = `if all rules apply, ${places} approvals would be needed; at most ${MAX_PLACES} are possible`;
      addIssue({ code: 'custom', path: [], message });
    }
  });

function checkExpressions(
  rules: readonly PolicyRule[],
  refuse: (at: number, message: string) => void,
): void {
  let patternCharacters = 0;
  let problems = 0;
  for (const [at, rule] of rules.entries()) {
    const compiled = compileRule(rule);
    if (!isExpression(compiled)) {
      refuse(at, describe(compiled, rule.when));
      if (++problems === MAX_PROBLEMS) return;
      continue;
    }
    patternCharacters += compiled.patternCharacters;
    if (patternCharacters > MAX_PATTERN_CHARACTERS) {
      refuse(
        at,
        `the patterns of matches may have ${MAX_PATTERN_CHARACTERS} characters in all rules together`,
      );
      return;
    }
  }
}
