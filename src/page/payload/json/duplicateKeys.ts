import { appearanceOf } from '../text/oddCharacters.ts';
import type { JsonBranch } from './jsonTree.ts';

/** What is wrong with a key beside the others of its object. */
export type KeyWarning = 'there twice' | 'looks like another key';

/** The keys of an object that are there twice, or that cannot be told from another by looking. */
export function keyWarnings({ kind, members }: JsonBranch): ReadonlyMap<string, KeyWarning> {
  const warnings = new Map<string, KeyWarning>();
  if (kind === 'array') return warnings;
  const seen = new Set<string>();
  const byAppearance = new Map<string, string>();
  for (const member of members) {
    const key = String(member.key);
    if (seen.has(key)) warnings.set(key, 'there twice');
    seen.add(key);
    const appearance = appearanceOf(key);
    const double = byAppearance.get(appearance);
    if (double === undefined) byAppearance.set(appearance, key);
    else if (double !== key) {
      for (const one of [double, key]) {
        if (!warnings.has(one)) warnings.set(one, 'looks like another key');
      }
    }
  }
  return warnings;
}
