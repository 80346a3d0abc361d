import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';

// RE2 takes a time in proportion to the text and to the size of the compiled pattern.
const MAX_PATTERN_CHARACTERS = 500;
const MAX_PROGRAM_SIZE = 1_000;
const MAX_MATCHED_CHARACTERS = 10_000;
const CHARACTERS_A_STEP = 4;
const MAX_CACHED = 500;

/** A regular expression in RE2 syntax. JavaScript's own can take exponentially long. */
export class Pattern {
  static readonly #cache = new LRUCache<string, Pattern>({ max: MAX_CACHED });
  readonly source: string;
  readonly #expression: RE2JS;

  /** @throws Error with a message about the source */
  static of(source: string): Pattern {
    const known = Pattern.#cache.get(source);
    if (known !== undefined) return known;
    const fresh = new Pattern(source);
    Pattern.#cache.set(source, fresh);
    return fresh;
  }

  private constructor(source: string) {
    if (source.length > MAX_PATTERN_CHARACTERS) {
      throw new Error(`it has more than ${MAX_PATTERN_CHARACTERS} characters`);
    }
    this.source = source;
    this.#expression = RE2JS.compile(source);
    if (this.#expression.programSize() > MAX_PROGRAM_SIZE) throw new Error('it repeats too much');
  }

  /** Whether the pattern matches some part of a text. It matches no very long text. */
  test(text: string): boolean {
    return text.length <= MAX_MATCHED_CHARACTERS && this.#expression.matcher(text).find();
  }

  /** The steps that a test takes. */
  cost(text: string): number {
    if (text.length > MAX_MATCHED_CHARACTERS) return 1;
    return Math.ceil((text.length * this.#expression.programSize()) / CHARACTERS_A_STEP);
  }
}

/** What is wrong with a pattern; undefined if nothing is. */
export function patternProblem(source: string): string | undefined {
  try {
    Pattern.of(source);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace('error parsing regexp: ', '');
  }
}
