import { type ReactNode, useMemo, useState } from 'react';
import { type KeyWarning, keyWarnings } from '../json/duplicateKeys.ts';
import type { JsonBranch, JsonMember } from '../json/jsonTree.ts';
import { count } from '../text/count.ts';
import { Member } from './Member.tsx';
import { GROUP_SIZE } from './openAtFirst.ts';

/** Further in, lines are not moved to the right any more: a narrow screen has no room. */
export const MAX_INDENTED = 8;

type Props = { readonly branch: JsonBranch; readonly depth: number };

/** The members of an object or array, in groups of a hundred where there are more. */
export function Members({ branch, depth }: Props): ReactNode {
  const warnings = useMemo(() => keyWarnings(branch), [branch]);
  if (branch.members.length === 0) {
    return (
      <p className="json-empty">{branch.kind === 'object' ? '{ } no keys' : '[ ] no items'}</p>
    );
  }
  return (
    <MemberList
      members={branch.members}
      first={0}
      word={branch.kind === 'object' ? 'key' : 'item'}
      warnings={warnings}
      depth={depth}
    />
  );
}

type ListProps = {
  readonly members: readonly JsonMember[];
  /** Where the first of them stands in its object or array. */
  readonly first: number;
  readonly word: string;
  readonly warnings: ReadonlyMap<string, KeyWarning>;
  readonly depth: number;
};

function MemberList(props: ListProps): ReactNode {
  const { members, first, word, warnings, depth } = props;
  const className = depth > 0 && depth <= MAX_INDENTED ? 'json-members indented' : 'json-members';
  if (members.length <= GROUP_SIZE) {
    return (
      <ul className={className}>
        {members.map(({ key, value }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a key can be there twice; members never move
          <li key={at}>
            <Member name={key} node={value} warning={warnings.get(String(key))} depth={depth} />
          </li>
        ))}
      </ul>
    );
  }
  const size = GROUP_SIZE ** Math.ceil(Math.log(members.length) / Math.log(GROUP_SIZE) - 1);
  const starts = Array.from({ length: Math.ceil(members.length / size) }, (_, at) => at * size);
  return (
    <ul className={className}>
      <li className="json-note">
        {count(members.length, word)}, in groups of {count(size, word)}
      </li>
      {starts.map((start) => (
        <li key={start}>
          <Group
            {...props}
            members={members.slice(start, start + size)}
            first={first + start}
            isOpenAtFirst={first + start === 0}
          />
        </li>
      ))}
    </ul>
  );
}

function Group({ isOpenAtFirst, ...list }: ListProps & { isOpenAtFirst: boolean }): ReactNode {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const from = list.first + 1;
  return (
    <>
      <button
        type="button"
        className="json-fold"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {list.word}s {from.toLocaleString('en')} to{' '}
        {(from + list.members.length - 1).toLocaleString('en')}
      </button>
      {isOpen && <MemberList {...list} depth={list.depth + 1} />}
    </>
  );
}
