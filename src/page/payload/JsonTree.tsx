import { isBranch, type JsonBranch, type JsonMember, type JsonNode } from '@holdpoint/client/json';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { appearanceOf, misleads } from '../../text/characters.ts';
import { count } from '../parts/format.ts';
import { useFold } from './folds.tsx';
import { isPlainKey } from './jsonPath.ts';
import { Place, pointerTo } from './places.tsx';
import { LongText } from './Text.tsx';

/** Deeper levels are not indented further: a narrow screen has no room. */
const MAX_INDENTED = 8;
/** Longer keys are folded. */
const MAX_KEY_CHARACTERS = 200;
/** Longer strings say how long they are. */
const LONG_STRING_CHARACTERS = 200;
/** About two screens. */
const MAX_OPEN_ROWS = 120;
/** Members of one object or array that are shown together. Larger ones are split into groups. */
const GROUP_SIZE = 100;

type JsonTreeProps = {
  readonly root: JsonNode;
  /** Absent: what is around the tree says what it is. */
  readonly label?: string;
  /** RFC 6901, of the root in the payload. Absent: it is not commented on. */
  readonly pointer?: string;
};

/**
 * A JSON value as a collapsible tree with its keys in order. Every key and value is shown in full
 * or says how much is folded.
 */
export function JsonTree({ root, label, pointer }: JsonTreeProps): ReactNode {
  const open = useMemo(() => openAtFirst(root), [root]);
  const Element = label === undefined ? 'div' : 'section';
  return (
    <Element className="json-tree" aria-label={label}>
      <OpenAtFirst value={open}>
        {isBranch(root) ? (
          <Members branch={root} pointer={pointer} depth={0} />
        ) : (
          <div className="json-line">
            <Leaf node={root} />
            <Place pointer={pointer} />
          </div>
        )}
      </OpenAtFirst>
    </Element>
  );
}

/** The branches of the surrounding tree that are open at first. */
const OpenAtFirst = createContext<ReadonlySet<JsonNode>>(new Set());

/** The objects and arrays that are open at first: level by level, as many as fit on two screens. */
function openAtFirst(root: JsonNode): ReadonlySet<JsonNode> {
  const open = new Set<JsonNode>();
  let rows = 0;
  let level = [root];
  while (level.length > 0) {
    const next: JsonNode[] = [];
    for (const node of level) {
      if (!isBranch(node) || node.members.length === 0) continue;
      const cost = Math.min(node.members.length, GROUP_SIZE);
      if (rows + cost > MAX_OPEN_ROWS && open.size > 0) continue;
      open.add(node);
      rows += cost;
      for (const { value } of node.members.slice(0, GROUP_SIZE)) next.push(value);
    }
    level = next;
  }
  return open;
}

type MembersProps = {
  readonly branch: JsonBranch;
  readonly pointer: string | undefined;
  readonly depth: number;
};

/** The members of an object or array, in groups if there are many. */
function Members({ branch, pointer, depth }: MembersProps): ReactNode {
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
      pointer={pointer}
      depth={depth}
    />
  );
}

type ListProps = {
  readonly members: readonly JsonMember[];
  /** The index of the first member in its object or array. */
  readonly first: number;
  readonly word: string;
  readonly warnings: ReadonlyMap<string, KeyWarning>;
  /** Of the object or array. */
  readonly pointer: string | undefined;
  readonly depth: number;
};

function MemberList(props: ListProps): ReactNode {
  const { members, first, word, warnings, pointer, depth } = props;
  const className = depth > 0 && depth <= MAX_INDENTED ? 'json-members indented' : 'json-members';
  if (members.length <= GROUP_SIZE) {
    return (
      <ul className={className}>
        {members.map(({ key, value }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: keys may be duplicated; members never move
          <li key={at}>
            <Member
              name={key}
              node={value}
              warning={warnings.get(String(key))}
              pointer={pointerTo(pointer, key)}
              depth={depth}
            />
          </li>
        ))}
      </ul>
    );
  }
  const groups = groupsOf(members);
  const size = groups[0]?.length ?? 0;
  return (
    <ul className={className}>
      <li className="json-note">
        {count(members.length, word)}, in groups of {count(size, word)}
      </li>
      {groups.map((group, at) => {
        const start = first + at * size;
        return (
          <li key={start}>
            <Group {...props} members={group} first={start} isOpenAtFirst={start === 0} />
          </li>
        );
      })}
    </ul>
  );
}

const knownGroups = new WeakMap<readonly JsonMember[], (readonly JsonMember[])[]>();

/** Splits members into groups of a power of 100. They are made once, as they identify folds. */
function groupsOf(members: readonly JsonMember[]): (readonly JsonMember[])[] {
  const known = knownGroups.get(members);
  if (known) return known;
  const size = GROUP_SIZE ** Math.ceil(Math.log(members.length) / Math.log(GROUP_SIZE) - 1);
  const groups = Array.from({ length: Math.ceil(members.length / size) }, (_, at) =>
    members.slice(at * size, (at + 1) * size),
  );
  knownGroups.set(members, groups);
  return groups;
}

function Group({ isOpenAtFirst, ...list }: ListProps & { isOpenAtFirst: boolean }): ReactNode {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const hides = useFold(list.members, !isOpen && list.members.some(isMisleading));
  const from = list.first + 1;
  return (
    <>
      <button
        type="button"
        className="json-fold"
        {...hides}
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

type MemberProps = {
  readonly name: string | number;
  readonly node: JsonNode;
  readonly warning: KeyWarning | undefined;
  readonly pointer: string | undefined;
  readonly depth: number;
};

/** One key with its value. */
function Member({ name, node, warning, pointer, depth }: MemberProps): ReactNode {
  const key = <KeyName name={name} warning={warning} after=": " />;
  if (isBranch(node) && node.members.length > 0) {
    const isLong = typeof name === 'string' && name.length > MAX_KEY_CHARACTERS;
    return (
      <Branch keyName={key} hasLongKey={isLong} branch={node} pointer={pointer} depth={depth} />
    );
  }
  return (
    <div className="json-line">
      {key}
      <Leaf node={node} />
      <Place pointer={pointer} />
    </div>
  );
}

type BranchProps = {
  readonly keyName: ReactNode;
  /** A long key contains a button, which cannot be nested in another button. */
  readonly hasLongKey: boolean;
  readonly branch: JsonBranch;
  readonly pointer: string | undefined;
  readonly depth: number;
};

function Branch({ keyName, hasLongKey, branch, pointer, depth }: BranchProps): ReactNode {
  const [isOpen, setOpen] = useState(useContext(OpenAtFirst).has(branch));
  const hides = useFold(branch, !isOpen && isMisleadingNode(branch));
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
          {...hides}
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
        <Place pointer={pointer} />
      </div>
      {isOpen && <Members branch={branch} pointer={pointer} depth={depth + 1} />}
    </>
  );
}

const misleadingNodes = new WeakMap<JsonNode, boolean>();

/** Whether a key or a string in a value misleads. It is found out once. */
export function isMisleadingNode(node: JsonNode): boolean {
  if (node.kind === 'string') return misleads(node.value);
  if (!isBranch(node)) return false;
  let isFound = misleadingNodes.get(node);
  if (isFound === undefined) {
    isFound = node.members.some(isMisleading);
    misleadingNodes.set(node, isFound);
  }
  return isFound;
}

const isMisleading = ({ key, value }: JsonMember): boolean =>
  (typeof key === 'string' && misleads(key)) || isMisleadingNode(value);

/** A value without members. Strings are quoted, so that "1" differs from 1 and "null" from null. */
export function Leaf({ node }: { readonly node: JsonNode }): ReactNode {
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
        ""<span className="tag">empty string</span>
      </span>
    );
  const size = lines ? `${count(text.split('\n').length, 'line')}, ` : '';
  return (
    <>
      {(lines || text.length >= LONG_STRING_CHARACTERS) && (
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

type KeyNameProps = {
  readonly name: string | number;
  readonly warning?: KeyWarning | undefined;
  /** Text between the key and its warnings. */
  readonly after?: string;
};

/** A key, quoted unless it is a plain identifier, with warnings about it. */
export function KeyName({ name, warning, after = '' }: KeyNameProps): ReactNode {
  const end = <span className="json-colon">{after}</span>;
  if (typeof name === 'number') {
    return (
      <>
        <span className="json-index">{name}</span>
        {end}
      </>
    );
  }
  const quote = isPlainKey(name) ? '' : '"';
  return (
    <>
      <span className="json-key">
        {quote}
        <LongText text={name} maxCharacters={MAX_KEY_CHARACTERS} what="key" />
        {quote}
      </span>
      {end}
      {name === '' && <span className="tag">empty key</span>}
      {warning !== undefined && <span className="tag warns">{warning}</span>}
    </>
  );
}

export type KeyWarning = 'duplicate key' | 'looks like another key';

/** Warnings for the keys of an object that are duplicated or look like another key. */
export function keyWarnings({ kind, members }: JsonBranch): ReadonlyMap<string, KeyWarning> {
  const warnings = new Map<string, KeyWarning>();
  if (kind === 'array') return warnings;
  const seen = new Set<string>();
  const byAppearance = new Map<string, string>();
  for (const member of members) {
    const key = String(member.key);
    if (seen.has(key)) warnings.set(key, 'duplicate key');
    seen.add(key);
    const appearance = appearanceOf(key);
    const other = byAppearance.get(appearance);
    if (other === undefined) byAppearance.set(appearance, key);
    else if (other !== key) {
      for (const one of [other, key]) {
        if (!warnings.has(one)) warnings.set(one, 'looks like another key');
      }
    }
  }
  return warnings;
}
