import { Kind, parse, print, stripIgnoredCharacters } from 'graphql';

const DOCUMENT =
  /^(export const \w+ = )(new TypedDocumentString\(`)([^`]*)`(?:, \{[^}]*\})?(\) as unknown as .*;)$/gm;

/**
 * Shrinks a generated file of documents: removes whitespace, writes each fragment only once, and
 * marks the documents as pure, so that bundlers can drop unused ones.
 */
export function compactDocuments(content: string): string {
  const fragments = new Map<string, string>();
  const compacted = content.replace(
    DOCUMENT,
    (_, name: string, start: string, text: string, end: string) => {
      const parts = parse(text).definitions.map((definition) => {
        const compact = stripIgnoredCharacters(print(definition));
        if (definition.kind !== Kind.FRAGMENT_DEFINITION) return compact;
        const fragment = `fragment${definition.name.value}`;
        fragments.set(fragment, compact);
        return `\${${fragment}}`;
      });
      return `${name}/*#__PURE__*/ ${start}${parts.join(' ')}\`${end}`;
    },
  );
  const [first] = /^export const \w+ = \/\*#__PURE__/m.exec(compacted) ?? [''];
  const constants = [...fragments].map(([name, text]) => `const ${name} = \`${text}\`;\n`);
  return compacted.replace(first, `${constants.join('')}\n${first}`).replace(/\n{3,}/g, '\n\n');
}
