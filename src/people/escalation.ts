import { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { actors, teamId } from './requirement.ts';

const MAX_STEPS = 10;

/** Once a review has waited this long, these may decide too. Stored in the review as JSON. */
export type EscalationStep = {
  afterMs: number;
  teamIds: string[];
  actors: string[];
  /** The rule whose requirements it widens. Absent: the requirements of the request. */
  ruleId?: string;
};

const step = z
  .object({
    after: z.string(),
    teamIds: z
      .array(teamId)
      .nullish()
      .transform((ids) => [...new Set(ids)]),
    actors: actors.nullish().transform((names) => names ?? []),
  })
  .transform(({ after, ...who }, { addIssue }): EscalationStep => {
    const afterMs = parseDuration(after);
    if (afterMs === null) {
      const message = `must be a time such as 30m, 12h or 7d, not ${JSON.stringify(after.slice(0, 100))}`;
      addIssue({ code: 'custom', message, path: ['after'] });
    }
    if (who.teamIds.length + who.actors.length === 0) {
      addIssue({ code: 'custom', message: 'must name teams or actors' });
    }
    return { afterMs: afterMs ?? 0, ...who };
  });

/** The steps of a request, in the order of their times. Null without any. */
export const escalation = z
  .array(step)
  .max(MAX_STEPS, {
    error: ({ input }) =>
      `must contain at most ${MAX_STEPS} steps, not ${(input as unknown[]).length}`,
  })
  .superRefine((steps, { addIssue }) => {
    steps.forEach(({ afterMs }, at) => {
      if (at > 0 && afterMs <= (steps[at - 1] as EscalationStep).afterMs) {
        addIssue({
          code: 'custom',
          message: 'must be later than the step before',
          path: [at, 'after'],
        });
      }
    });
  })
  .nullish()
  .transform((steps) => (steps?.length ? steps : null));
