import type { PolicyFragment, PolicyRuleInput } from '@holdpoint/client';
import { stringify } from 'yaml';
import type { PolicyMode } from '../../database/generated/prisma/enums.ts';
import { durationText } from '../../duration.ts';
import type { PolicyRule } from '../../policy/rule.ts';
import { diffLines } from '../watch/diffLines.ts';

/** A policy as it is written in a file and sent to the service, without what is absent. */
export type WrittenPolicy = { mode: PolicyMode; note: string | null; rules: PolicyRuleInput[] };

/** The rules of a file. */
export const rulesOfFile = (rules: readonly PolicyRule[]): PolicyRuleInput[] =>
  rules.map((rule) =>
    withoutAbsent({
      ...rule,
      escalation: rule.escalation.map(({ afterMs, ...who }) => ({
        after: durationText(afterMs),
        ...who,
      })),
    }),
  );

/** A version of the service. */
export const policyOfService = ({ mode, note, rules }: PolicyFragment): WrittenPolicy => ({
  mode,
  note: note ?? null,
  rules: rules.map((rule) => withoutAbsent(rule)),
});

/** Leaves out null and empty lists. */
const withoutAbsent = (rule: object): PolicyRuleInput =>
  JSON.parse(JSON.stringify(rule), (_key, value: unknown) =>
    value === null || (Array.isArray(value) && value.length === 0) ? undefined : value,
  ) as PolicyRuleInput;

/** The text of a policy file. */
export function policyText({ mode, note, rules }: WrittenPolicy, basedOn?: number): string {
  const head = { mode, ...(note !== null && { note }), ...(basedOn && { basedOn }) };
  const list = rules.map((rule) =>
    stringify([rule], { lineWidth: 100 })
      .trimEnd()
      .replace(/^(?=.)/gm, '  '),
  );
  return `${stringify(head)}${list.length === 0 ? 'rules: []' : `rules:\n${list.join('\n\n')}`}\n`;
}

/**
 * What a new version would change, as lines that are marked `-` and `+`. Empty if nothing: the order
 * of the rules means nothing, nor does the note.
 */
export function differences(before: WrittenPolicy | null, after: WrittenPolicy): string[] {
  const places = new Map(after.rules.map(({ ruleId }, at) => [ruleId, at]));
  const placeOf = ({ ruleId }: PolicyRuleInput) => places.get(ruleId) ?? Number.POSITIVE_INFINITY;
  const linesOf = ({ mode, rules }: WrittenPolicy) =>
    policyText({ mode, note: null, rules }).trimEnd().split('\n');
  const sorted = before && { ...before, rules: before.rules.toSorted(byNumber(placeOf)) };
  return diffLines(sorted ? linesOf(sorted) : [], linesOf(after));
}

const byNumber =
  <Item>(numberOf: (item: Item) => number) =>
  (one: Item, other: Item): number =>
    numberOf(one) === numberOf(other) ? 0 : numberOf(one) - numberOf(other);
