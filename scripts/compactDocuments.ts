import { Kind, parse, print, stripIgnoredCharacters } from 'graphql';

const DOCUMENT =
  /^(export const \w+ = )(new TypedDocumentString\(`)([^`]*)`(?:, \{[^}]*\})?(\) as unknown as .*;)$/gm;

/** Fragments that fewer documents end with are not worth a constant. */
const MIN_SHARED = 3;

/**
 * Shrinks a generated file of documents: removes whitespace, writes each fragment only once, also
 * those that several documents end with, and marks the documents as pure, so that bundlers can drop
 * unused ones.
 */
export function compactDocuments(content: string): string {
  const fragments = new Map<string, string>();
  const endings = new Set<string>();
  let compacted = content.replace(
    DOCUMENT,
    (_, name: string, start: string, text: string, end: string) => {
      const parts = parse(text).definitions.map((definition) => {
        const compact = stripIgnoredCharacters(print(definition));
        if (definition.kind !== Kind.FRAGMENT_DEFINITION) return compact;
        const fragment = `fragment${definition.name.value}`;
        fragments.set(fragment, compact);
        return `\${${fragment}}`;
      });
      for (let at = 1; at < parts.length - 1; at++) endings.add(parts.slice(at).join(' '));
      return `${name}/*#__PURE__*/ ${start}${parts.join(' ')}\`${end}`;
    },
  );
  const [first] = /^export const \w+ = \/\*#__PURE__/m.exec(compacted) ?? [''];
  const constants = [...fragments].map(([name, text]) => `const ${name} = \`${text}\`;\n`);
  for (const ending of [...endings].sort((one, other) => other.length - one.length)) {
    const before = compacted.split(`${ending}\``);
    if (before.length <= MIN_SHARED) continue;
    const name = `fragments${constants.length}`;
    constants.push(`const ${name} = \`${ending}\`;\n`);
    compacted = before.join(`\${${name}}\``);
  }
  return compacted.replace(first, `${constants.join('')}\n${first}`).replace(/\n{3,}/g, '\n\n');
}
