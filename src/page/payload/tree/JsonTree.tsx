import { type ReactNode, useMemo } from 'react';
import { isBranch, type JsonNode } from '../json/jsonTree.ts';
import { Leaf } from './Leaf.tsx';
import { Members } from './Members.tsx';
import { openAtFirst } from './openAtFirst.ts';
import { OpenAtFirst } from './openState.ts';

type Props = { readonly root: JsonNode; readonly label: string };

/**
 * A JSON value as a tree that folds: keys in their order, every key and value visible in full or saying
 * how much is folded.
 */
export function JsonTree({ root, label }: Props): ReactNode {
  const open = useMemo(() => openAtFirst(root), [root]);
  return (
    <section className="json-tree" aria-label={label}>
      <OpenAtFirst value={open}>
        {isBranch(root) ? <Members branch={root} depth={0} /> : <Leaf node={root} />}
      </OpenAtFirst>
    </section>
  );
}
