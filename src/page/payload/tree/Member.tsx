import { type ReactNode, useContext, useState } from 'react';
import type { KeyWarning } from '../json/duplicateKeys.ts';
import { isBranch, type JsonBranch, type JsonNode } from '../json/jsonTree.ts';
import { count } from '../text/count.ts';
import { KeyName, MAX_KEY_CHARACTERS } from './KeyName.tsx';
import { Leaf } from './Leaf.tsx';
import { MAX_INDENTED, Members } from './Members.tsx';
import { OpenAtFirst } from './openState.ts';

type Props = {
  readonly name: string | number;
  readonly node: JsonNode;
  readonly warning: KeyWarning | undefined;
  readonly depth: number;
};

/** One key with its value. */
export function Member({ name, node, warning, depth }: Props): ReactNode {
  const key = <KeyName name={name} warning={warning} after=": " />;
  if (isBranch(node) && node.members.length > 0) {
    const isLong = typeof name === 'string' && name.length > MAX_KEY_CHARACTERS;
    return <Branch keyName={key} hasLongKey={isLong} branch={node} depth={depth} />;
  }
  return (
    <div className="json-line">
      {key}
      <Leaf node={node} />
    </div>
  );
}

type BranchProps = {
  readonly keyName: ReactNode;
  /** A long key has a button of its own, which cannot stand inside another. */
  readonly hasLongKey: boolean;
  readonly branch: JsonBranch;
  readonly depth: number;
};

function Branch({ keyName, hasLongKey, branch, depth }: BranchProps): ReactNode {
  const [isOpen, setOpen] = useState(useContext(OpenAtFirst).has(branch));
  const size =
    branch.kind === 'object'
      ? count(branch.members.length, 'key')
      : count(branch.members.length, 'item');
  const brackets = branch.kind === 'object' ? '{ }' : '[ ]';
  return (
    <>
      <div className="json-line">
        {hasLongKey && keyName}
        <button
          type="button"
          className="json-fold"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {!hasLongKey && keyName}
          <span className="json-size">
            {depth >= MAX_INDENTED && `level ${depth + 1} `}
            {brackets} {size}
            {!isOpen && `, ${count(branch.end - branch.start, 'character')}, folded`}
          </span>
        </button>
      </div>
      {isOpen && <Members branch={branch} depth={depth + 1} />}
    </>
  );
}
