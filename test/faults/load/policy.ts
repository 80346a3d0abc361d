import type { Random } from '../random.ts';
import type { Team } from './team.ts';

/** The names of steps that rules allow or deny contain this. Others need a person. */
export const RULED = 'ruled-';

const isRuled = `node.contains("${RULED}")`;
const MAX_AMOUNT = 1_000_000;

/** Saves a new version of the policy, perhaps at the same time as somebody else. */
export async function actAsPlatform(team: Team, random: Random): Promise<void> {
  // An agent must not benefit from rules that it saved itself.
  const savers = random.chance(0.1)
    ? team.policySavers
    : [random.chance(0.8) ? team.policySavers[0] : team.policySavers[1]];
  const basedOnVersion = team.policyVersion;
  await Promise.all(
    savers.map(async (saver) => {
      const input = { basedOnVersion, mode: modeIn(random), rules: rulesIn(random) };
      const { answer } = await saver.call('setPolicy', input);
      const version = answer?.policy?.version ?? 0;
      team.policyVersion = Math.max(team.policyVersion, version);
    }),
  );
}

const modeIn = (random: Random): string =>
  random.chance(0.8) ? 'ENFORCED' : random.pick(['SHADOW', 'OFF']);

/** Rules that differ from version to version in what they allow, ask about and deny. */
function rulesIn(random: Random): object[] {
  const [low, high] = [random.int(1, MAX_AMOUNT / 2), random.int(MAX_AMOUNT / 2, MAX_AMOUNT)];
  const tool = random.pick(['send', 'delete', 'deploy', 'pay']);
  const rules = [
    { ruleId: 'small', when: `payload.amount <= ${low}`, effect: 'ALLOW', share: 0.8 },
    { ruleId: 'tool', when: `payload.tool == "${tool}"`, effect: 'ALLOW', share: 0.8 },
    { ruleId: 'large', when: `payload.amount > ${high}`, effect: 'DENY', share: 0.5 },
    { ruleId: 'noted', when: 'payload.note == "plain"', effect: 'DENY', share: 0.3 },
    { ruleId: 'tagged', when: '"careful" in tags', effect: 'REVIEW', risk: 'HIGH', share: 0.5 },
    // A problem wherever the field is missing, which is everywhere but in edits.
    { ruleId: 'edited', when: 'payload.edited', effect: 'REVIEW', risk: 'MEDIUM', share: 0.15 },
  ];
  return rules
    .filter(({ share }) => random.chance(share))
    .map(({ share: _, when, ...rule }) => ({ ...rule, when: `${isRuled} && ${when}` }));
}
