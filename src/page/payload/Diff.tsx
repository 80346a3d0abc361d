import { isBranch, type JsonNode, readJsonTree } from '@holdpoint/client/json';
import { type ReactNode, useMemo } from 'react';
import { misleads } from '../../text/characters.ts';
import { looksSame, sameLookNote } from '../../text/sameLook.ts';
import { count } from '../parts/format.ts';
import { useInWorker } from '../worker/inWorker.ts';
import { FoldView } from './folds.tsx';
import { isMisleadingNode, JsonTree, Leaf } from './JsonTree.tsx';
import { type JsonChange, jsonDiff } from './jsonDiff.ts';
import { showPath } from './jsonPath.ts';
import { LineDiff } from './LineDiff.tsx';
import { LongText, ShowMore, useShownCount } from './Text.tsx';

const FIRST_CHANGES = 100;
/** Longer strings, and those with several lines, are compared line by line. */
const LONG_STRING_CHARACTERS = 80;

type Props = {
  /** The original payload as exact JSON text. */
  readonly before: string;
  /** The edited payload as exact JSON text. */
  readonly after: string;
  /** What the two are called. */
  readonly names?: readonly [before: string, after: string];
};

/** Comparing longer payloads takes long. */
const MAX_COMPARED_HERE = 50_000;

/** The changes between two payloads: path, old value and new value of each. */
export function Diff(props: Props): ReactNode {
  const isLong = props.before.length + props.after.length > MAX_COMPARED_HERE;
  return isLong ? <LongDiff {...props} /> : <ShortDiff {...props} />;
}

function ShortDiff(props: Props): ReactNode {
  const { before, after } = props;
  const changes = useMemo(
    () => jsonDiff(readJsonTree(before), readJsonTree(after)),
    [before, after],
  );
  return <Changes {...props} changes={changes} />;
}

/** What takes too long to compare is shown whole. */
function LongDiff(props: Props): ReactNode {
  const { before, after } = props;
  const compared = useInWorker('jsonDiff', before, after);
  const changes = useMemo(
    () =>
      compared === null
        ? [{ path: [], before: readJsonTree(before), after: readJsonTree(after) }]
        : (compared ?? []),
    [compared, before, after],
  );
  if (compared === undefined) {
    return (
      <section className="json-diff" aria-label="Changed values">
        <p role="status" className="part-title">
          Comparing…
        </p>
      </section>
    );
  }
  return (
    <FoldView>
      <Changes {...props} changes={changes} />
    </FoldView>
  );
}

type ChangesProps = Props & { readonly changes: readonly JsonChange[] };

function Changes(props: ChangesProps): ReactNode {
  const { changes, before, after, names = ['Original', 'Edited'] } = props;
  const sameLook = useMemo(() => sameLookOf(changes), [changes]);
  const [shown, more] = useShownCount(changes.length, FIRST_CHANGES);
  return (
    <section className="json-diff" aria-label="Changed values">
      <p role="status" className="part-title">
        {changes.length > 0 ? count(changes.length, 'change') : noDifference(before, after)}
      </p>
      <ul>
        {changes.slice(0, shown).map((change) => (
          <li key={JSON.stringify(change.path)}>
            <p className="diff-path">
              <code>
                <LongText text={showPath(change.path)} />
              </code>{' '}
              <span className={`tag ${kindOf(change)}`}>{kindOf(change)}</span>
            </p>
            {sameLook.has(change) && <p className="problem">{sameLookNote}</p>}
            <Change change={change} names={names} />
          </li>
        ))}
      </ul>
      <ShowMore
        shown={shown}
        total={changes.length}
        what="change"
        onMore={more}
        of={changes}
        hidesMisleading={changes.slice(shown).some(isMisleading)}
      />
    </section>
  );
}

const isMisleading = ({ path, before, after }: JsonChange): boolean =>
  misleads(showPath(path)) ||
  [before, after].some((node) => node !== undefined && isMisleadingNode(node));

/**
 * The changes that cannot be seen: of a short text, or of the name of a value, which is then removed
 * and added.
 */
function sameLookOf(changes: readonly JsonChange[]): ReadonlySet<JsonChange> {
  const byLook = Map.groupBy(changes, ({ path }) => JSON.stringify(path).normalize('NFC'));
  const renamed = [...byLook.values()].filter((same) => same.length > 1).flat();
  const rewritten = changes.filter(
    ({ before, after }) =>
      before?.kind === 'string' &&
      after?.kind === 'string' &&
      !isLong(before.value) &&
      !isLong(after.value) &&
      looksSame(before.value, after.value),
  );
  return new Set([...renamed, ...rewritten]);
}

function noDifference(before: string, after: string): string {
  if (before === after) return 'No difference';
  return 'No difference: only key order or number formatting changed, so the original is kept';
}

function kindOf({ before, after }: JsonChange): 'changed' | 'added' | 'removed' {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

type ChangeProps = { readonly change: JsonChange; readonly names: readonly [string, string] };

function Change({ change: { before, after }, names }: ChangeProps): ReactNode {
  const plain = (
    <div className="diff-values">
      {before !== undefined && <Value name={names[0]} node={before} element="del" />}
      {after !== undefined && <Value name={names[1]} node={after} element="ins" />}
    </div>
  );
  if (before?.kind !== 'string' || after?.kind !== 'string') return plain;
  if (!isLong(before.value) && !isLong(after.value)) return plain;
  return (
    <LineDiff
      before={before.value}
      after={after.value}
      beforeName={names[0]}
      afterName={names[1]}
      fallback={plain}
    />
  );
}

function isLong(text: string): boolean {
  return text.length >= LONG_STRING_CHARACTERS || text.includes('\n');
}

type ValueProps = {
  readonly name: string;
  readonly node: JsonNode;
  readonly element: 'del' | 'ins';
};

function Value({ name, node, element: Element }: ValueProps): ReactNode {
  return (
    <div className="diff-value">
      <span className="diff-value-name">{name}</span>
      <Element>
        {isBranch(node) && node.members.length > 0 ? (
          <JsonTree root={node} label={name} />
        ) : (
          <Leaf node={node} />
        )}
      </Element>
    </div>
  );
}
