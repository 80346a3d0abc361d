import { isBranch, type JsonBranch, type JsonMember, type JsonNode } from '@holdpoint/client/json';
import { Component, createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { FoldView } from '../folds.tsx';
import { JsonTree, KeyName, keyWarnings } from '../JsonTree.tsx';
import { Place as CommentPlace, PlacesContext, type PointerOf, pointersIn } from '../places.tsx';
import { LongText } from '../Text.tsx';
import { viewOf } from './index.ts';
import { layoutOf, type Part } from './layout.ts';
import { currencyOf, isShort, sharedCondition } from './shortValues.ts';
import { Currency, SaidOnce, Value } from './Value.tsx';
import type { Found, Place, View } from './view.ts';

type ReadableProps = {
  readonly root: JsonNode;
  /** The view that the agent suggests. */
  readonly hint?: string | undefined;
};

/** A payload as what it is: short values first, then what has a form of its own, then the rest. */
export default function Readable({ root, hint }: ReadableProps): ReactNode {
  const mayComment = useContext(PlacesContext) !== null;
  const pointerOf = useMemo(() => (mayComment ? pointersIn(root) : nowhere), [mayComment, root]);
  return (
    <Pointers value={pointerOf}>
      <section className="readable" aria-label="Payload, readable">
        <Whole node={root} place={{ hint }} depth={0} />
      </section>
    </Pointers>
  );
}

const nowhere: PointerOf = () => undefined;

/** Where the shown values are in the payload. */
const Pointers = createContext<PointerOf>(nowhere);

/** A part of the payload, or what is inside one of its texts, as a tree. */
function Tree({ root }: { root: JsonNode }): ReactNode {
  const pointer = useContext(Pointers)(root);
  return <JsonTree root={root} {...(pointer !== undefined && { pointer })} />;
}

type WholeProps = { readonly node: JsonNode; readonly place: Place; readonly depth: number };

/** A value without a key of its own. */
function Whole({ node, place, depth }: WholeProps): ReactNode {
  const { key, parent, hint } = place;
  const fitting = useMemo(() => viewOf(node, { key, parent, hint }), [node, key, parent, hint]);
  if (fitting) return <Fitting node={node} hint={hint} depth={depth} {...fitting} />;
  if (isBranch(node)) return <Members branch={node} hint={hint} depth={depth} />;
  return isShort(node) ? (
    <p className="value">
      <Value node={node} place={place} />
    </p>
  ) : (
    <TextBlock node={node} />
  );
}

type FittingProps = {
  readonly node: JsonNode;
  readonly view: View;
  readonly found: Found;
  readonly hint: string | undefined;
  readonly depth: number;
  readonly keyName?: ReactNode;
};

/** A value in a view, followed by what the view does not show. */
function Fitting({ node, view, found, hint, depth, keyName }: FittingProps): ReactNode {
  const { rest, isBelowRest = false } = found;
  const isRoot = depth === 0 && keyName === undefined;
  const others = rest !== undefined && isBranch(rest) && (
    <Members branch={rest} hint={hint} depth={depth + 1} />
  );
  const framed = (
    <Framed node={node} title={found.title ?? view.title} keyName={keyName}>
      {found.show}
      {found.members && <Members branch={found.members} hint={hint} depth={depth + 1} />}
      {found.inner && (
        <div className="readable-inner">
          <Whole node={found.inner} place={{ key: '', hint }} depth={depth + 1} />
        </div>
      )}
    </Framed>
  );
  if (others === false) return framed;
  if (isRoot && isBelowRest) {
    return (
      <>
        {others}
        {framed}
      </>
    );
  }
  return (
    <>
      {framed}
      <div className={isRoot ? 'readable-rest' : 'readable-inner'}>
        {isRoot && <p className="part-title">Also in the payload</p>}
        {others}
      </div>
    </>
  );
}

/** More short values are shown in columns. */
const MANY_VALUES = 12;

type MembersProps = {
  readonly branch: JsonBranch;
  readonly hint?: string | undefined;
  readonly depth: number;
};

/** The members of an object or list: short ones, those with a form of their own, texts, others. */
function Members({ branch, hint, depth }: MembersProps): ReactNode {
  const { short, parts, texts, rest } = useMemo(
    () => layoutOf(branch, hint, depth),
    [branch, hint, depth],
  );
  // The tree has warnings of its own.
  const warnings = useMemo(
    () => (rest === branch ? noWarnings : keyWarnings(branch)),
    [branch, rest],
  );
  const pointerOf = useContext(Pointers);
  const around = useContext(Currency);
  const currency = useMemo(() => currencyOf(branch) ?? around, [branch, around]);
  const condition = useMemo(
    () => sharedCondition({ members: short, parent: branch }, currency),
    [short, branch, currency],
  );
  if (branch.members.length === 0) return <Tree root={branch} />;
  // Keys that look alike or are there twice are shown together.
  if (warnings.size > 0 && rest !== undefined) return <Tree root={branch} />;
  const nameOf = ({ key, value }: JsonMember) => (
    <>
      <KeyName name={key} warning={warnings.get(String(key))} />
      <CommentPlace pointer={pointerOf(value)} />
    </>
  );
  return (
    <Currency value={currency}>
      {short.length > 0 && (
        <SaidOnce condition={condition}>
          <dl className={short.length > MANY_VALUES ? 'values many' : 'values'}>
            {short.map((member, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: keys may be duplicated; members never move
              <div key={at} className="value-row">
                <dt>{nameOf(member)}</dt>
                <dd>
                  <Value node={member.value} place={{ key: member.key, parent: branch }} />
                </dd>
              </div>
            ))}
          </dl>
        </SaidOnce>
      )}
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: keys may be duplicated; members never move
        <PartView key={at} part={part} keyName={nameOf(part)} hint={hint} depth={depth} />
      ))}
      {texts.map((member, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: keys may be duplicated; members never move
        <div key={at} className="part-view">
          <p className="part-key">{nameOf(member)}</p>
          <TextBlock node={member.value} />
        </div>
      ))}
      {rest !== undefined && (
        <div className="readable-tree">
          {rest !== branch && depth === 0 && <p className="part-title">Also in the payload</p>}
          <Tree root={rest} />
        </div>
      )}
    </Currency>
  );
}

const noWarnings: ReturnType<typeof keyWarnings> = new Map();

type PartViewProps = {
  readonly part: Part;
  readonly keyName: ReactNode;
  readonly hint: string | undefined;
  readonly depth: number;
};

function PartView({ part, keyName, hint, depth }: PartViewProps): ReactNode {
  if (part.in) {
    return (
      <div className="part-view">
        <Fitting node={part.value} keyName={keyName} hint={hint} depth={depth} {...part.in} />
      </div>
    );
  }
  return (
    <div className="part-view">
      <p className="part-key">{keyName}</p>
      <div className="readable-inner">
        <Whole node={part.value} place={{ key: part.key, hint }} depth={depth + 1} />
      </div>
    </div>
  );
}

type FramedProps = {
  readonly node: JsonNode;
  readonly title: string;
  readonly keyName?: ReactNode;
  readonly children: ReactNode;
};

/** What a view shows of a value. The exact value is one button away. */
function Framed({ node, title, keyName, children }: FramedProps): ReactNode {
  const [isExact, setExact] = useState(false);
  const exact = <Tree root={node} />;
  return (
    <>
      <div className="part-head">
        <span className="part-key">
          {keyName} <span className="tag">{title}</span>
        </span>
        <button
          type="button"
          className="quiet-button"
          aria-pressed={isExact}
          onClick={() => setExact(!isExact)}
        >
          Exact value
        </button>
      </div>
      <FoldView key={String(isExact)}>
        {isExact ? (
          exact
        ) : (
          <ExactOnError exact={<FoldView>{exact}</FoldView>}>{children}</ExactOnError>
        )}
      </FoldView>
    </>
  );
}

type ExactOnErrorProps = { readonly exact: ReactNode; readonly children: ReactNode };

/** Shows the exact value if a view fails. */
class ExactOnError extends Component<ExactOnErrorProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.exact : this.props.children;
  }
}

function TextBlock({ node }: { node: JsonNode }): ReactNode {
  if (node.kind !== 'string') return <Tree root={node} />;
  return (
    <div className="text-block">
      <LongText text={node.value} lines />
    </div>
  );
}
