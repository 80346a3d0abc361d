import { text as streamText } from 'node:stream/consumers';
import { isMap, isScalar, LineCounter, parseDocument, type Document as YamlDocument } from 'yaml';
import { z } from 'zod';
import { PolicyMode } from '../../database/generated/prisma/enums.ts';
import type { InputIssue } from '../../input.ts';
import { policyRules } from '../../policy/rules.ts';
import { readText } from '../../readText.ts';
import { CommandError } from '../errors.ts';
import { safeText } from '../terminalText.ts';
import { testCases, VARIABLES } from './testCases.ts';

/** The keys that are possible at each place. An unknown one would be left out without a word. */
const KEYS: Record<string, readonly string[]> = {
  '': ['mode', 'note', 'basedOn', 'rules', 'tests'],
  'rules.*': [
    ...['ruleId', 'when', 'effect', 'reason', 'approvalsRequired', 'escalation'],
    ...['expiresAfter', 'risk'],
  ],
  'rules.*.approvalsRequired.*': ['teamId', 'actors', 'count'],
  'rules.*.escalation.*': ['after', 'teamIds', 'actors'],
  'tests.*': ['name', 'expect', 'rules', ...VARIABLES],
};

const policyFile = z.object({
  mode: z.enum(PolicyMode).nullish(),
  note: z.string().nullish(),
  basedOn: z.int().min(0).nullish(),
  rules: policyRules,
  tests: testCases.nullish().transform((cases) => cases ?? []),
});

/** A policy in a file, checked as far as that is possible without the service. */
export type PolicyFile = z.output<typeof policyFile> & {
  /** As in `policy.yaml:12:5`, for the path of an issue. */
  placeOf(path: string): string;
};

/** The text of a file; of the standard input for `-`. */
export const readInput = (name: string): Promise<string> =>
  name === '-' ? streamText(process.stdin) : readText(name);

/** @throws CommandError with a line for each problem, which begins with its place in the file */
export async function readPolicyFile(name: string): Promise<PolicyFile> {
  const text = await readInput(name).catch((error: Error) => {
    throw new CommandError(`Cannot read the policy: ${error.message}`);
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const shownName = safeText(name);
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${shownName}:${line}:${col}`;
  };
  const placeOf = (path: string) => placeAt(offsetOf(document, path.split('.')));

  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    throw new CommandError(
      problems
        .map(({ pos, message }) => `${placeAt(pos[0])}: ${safeText(message)}${hintFor(message)}`)
        .join('\n'),
    );
  }
  const content: unknown = document.toJS();
  const parsed = policyFile.safeParse(withTexts(content));
  const issues = [
    ...unknownKeys(content),
    ...(parsed.error?.issues ?? []).map((issue) => ({
      path: issue.path.join('.'),
      message: messageOf(issue),
    })),
  ];
  if (!parsed.success || issues.length > 0) throw refusal(issues, placeOf);
  return { ...parsed.data, placeOf };
}

/** YAML reads `when: !(…)` as a tag, and would leave out the `!`. */
const hintFor = (message: string): string =>
  message.startsWith('Unresolved tag') ? '. Write an expression that begins with ! in quotes' : '';

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code !== 'invalid_type') return issue.message;
  const isMissing = issue.message.endsWith('received undefined');
  return isMissing ? 'is missing' : `must be of the type ${issue.expected}`;
}

/** The error for issues whose paths are those of the file. */
function refusal(issues: readonly InputIssue[], placeOf: PolicyFile['placeOf']): CommandError {
  const lines = issues.map(
    ({ path, message }) => `${placeOf(path)}: ${safeText(`${path} ${message}`.trim())}`,
  );
  return new CommandError(lines.sort(byLine).join('\n'));
}

const lineOf = (text: string): number => Number(/:(\d+):\d+: /.exec(text)?.[1] ?? 0);
const byLine = (one: string, other: string): number => lineOf(one) - lineOf(other);

/** What the service says about the input, at its place in the file. */
export function atItsPlace(issues: readonly InputIssue[], file: PolicyFile): CommandError {
  const inFile = issues.map(({ path, message }) => ({
    path: path.replace(/^input\.(basedOn)?(Version)?/, '$1'),
    message,
  }));
  return refusal(inFile, file.placeOf);
}

/** `when: true` is a boolean in YAML, and nothing else can be meant. */
function withTexts(content: unknown): unknown {
  const rules = (content as { rules?: unknown } | null)?.rules;
  if (!Array.isArray(rules)) return content;
  return {
    ...(content as object),
    rules: rules.map((rule: unknown) =>
      typeof (rule as { when?: unknown } | null)?.when === 'boolean'
        ? { ...(rule as object), when: String((rule as { when: boolean }).when) }
        : rule,
    ),
  };
}

function unknownKeys(value: unknown, path: string[] = [], pattern: string[] = []): InputIssue[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => unknownKeys(item, [...path, `${at}`], [...pattern, '*']));
  }
  const known = KEYS[pattern.join('.')];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (known && !known.includes(key)) {
      const message = `is not a key of a policy file. Possible here: ${known.join(', ')}`;
      return [{ path: [...path, key].join('.'), message }];
    }
    // What a test holds is the payload's own.
    return pattern[0] === 'tests' && key === 'payload'
      ? []
      : unknownKeys(item, [...path, key], [...pattern, key]);
  });
}

/** Where a key or an item stands, or the nearest part around it. */
function offsetOf(document: YamlDocument, path: readonly string[]): number {
  let offset = 0;
  let node: unknown = document.contents;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair) break;
      offset = (pair.key as { range?: [number, number, number] }).range?.[0] ?? offset;
      node = pair.value;
    } else {
      const item = (node as { items?: { range?: [number, number, number] }[] } | null)?.items?.[
        Number(step)
      ];
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}
