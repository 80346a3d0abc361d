import { RE2JS } from 're2js';

const MAX_CHARACTERS = 500;
const MAX_INSTRUCTIONS = 1_000;
const MAX_REPETITIONS = 500;
const MAX_REPETITIONS_OF_GROUPS = 20;

/**
 * Compiles a pattern of RE2. re2js is chosen because it is the maintained port to JavaScript, with
 * nothing to compile on installation.
 * @throws Error with a message about the pattern
 */
export function compilePattern(pattern: string): RE2JS {
  if (pattern.length > MAX_CHARACTERS) {
    throw new Error(`a pattern has at most ${MAX_CHARACTERS} characters, not ${pattern.length}`);
  }
  // Repetitions are compiled as copies: (((a{10}){10}){10}) as 1,000. Groups can be nested.
  let repetitions = 0;
  let repetitionsOfGroups = 1;
  for (const [, group, least, most] of pattern.matchAll(/(\)?)\{(\d+)(?:,(\d*))?\}/g)) {
    const count = Math.max(Number(least), Number(most ?? 0));
    if (group === '') repetitions += count;
    else repetitionsOfGroups *= Math.max(count, 1);
  }
  if (repetitions > MAX_REPETITIONS || repetitionsOfGroups > MAX_REPETITIONS_OF_GROUPS) {
    throw new Error('the pattern repeats parts too often');
  }
  const compiled = RE2JS.compile(pattern);
  if (compiled.programSize() > MAX_INSTRUCTIONS) throw new Error('the pattern is too complex');
  return compiled;
}
