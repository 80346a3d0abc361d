import { readFile } from 'node:fs/promises';

/** A fenced block of code. */
export type Block = { language: string; code: string };

/** A command in a document, and the response shown right below it. */
export type Command = { code: string; answer: Block | null };

/** All documents for users. */
export const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/agents.md',
  'docs/api.md',
  'docs/architecture.md',
  'docs/configuration.md',
  'docs/finding.md',
  'docs/integrations.md',
  'docs/operations.md',
  'docs/policy.md',
  'docs/reliability.md',
  'docs/reviewers.md',
  'docs/scaling.md',
  'examples/README.md',
  'examples/langgraph/README.md',
  'examples/mcp/README.md',
  'examples/policies/README.md',
  'examples/webhook-receiver/README.md',
];

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

export function blocksIn(text: string): Block[] {
  return [...text.matchAll(FENCE)].map(([, language = '', code = '']) => ({ language, code }));
}

/** The `sh` blocks of a document, in order. */
export async function commandsIn(document: string): Promise<Command[]> {
  const text = await readFile(document, 'utf8');
  const found = [...text.matchAll(FENCE)];
  return found.flatMap(([whole, language, code = ''], at) => {
    if (language !== 'sh') return [];
    const next = found[at + 1];
    const [, nextLanguage = '', nextCode = ''] = next ?? [];
    const isRightBelow =
      next !== undefined &&
      ['json', 'text'].includes(nextLanguage) &&
      text.slice((found[at]?.index ?? 0) + whole.length, next.index).trim() === '';
    return [{ code, answer: isRightBelow ? { language: nextLanguage, code: nextCode } : null }];
  });
}
