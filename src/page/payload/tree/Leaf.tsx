import type { ReactNode } from 'react';
import { isBranch, type JsonNode } from '../json/jsonTree.ts';
import { count } from '../text/count.ts';
import { LongText } from '../text/LongText.tsx';

/** From here on a text says how long it is. */
const LONG = 200;

type Props = { readonly node: JsonNode };

/** A value that has no members: text in quotes, so that "1" is not 1 and "null" is not null. */
export function Leaf({ node }: Props): ReactNode {
  if (isBranch(node))
    return (
      <span className="json-size">{node.kind === 'object' ? '{ } no keys' : '[ ] no items'}</span>
    );
  if (node.kind === 'string') return <Text text={node.value} />;
  if (node.kind === 'number') {
    return (
      <span className="json-number">
        <LongText text={node.text} what="number" />
      </span>
    );
  }
  return <span className="json-word">{node.kind === 'null' ? 'null' : String(node.value)}</span>;
}

function Text({ text }: { text: string }): ReactNode {
  const lines = text.includes('\n');
  if (text === '')
    return (
      <span className="json-string">
        ""<span className="tag">empty text</span>
      </span>
    );
  const size = lines ? `${count(text.split('\n').length, 'line')}, ` : '';
  return (
    <>
      {(lines || text.length >= LONG) && (
        <span className="tag">
          {size}
          {count(text.length, 'character')}
        </span>
      )}
      <span className={lines ? 'json-string json-block' : 'json-string'}>
        "<LongText text={text} lines={lines} />"
      </span>
    </>
  );
}
