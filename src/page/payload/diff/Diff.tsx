import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { ShowMore, useShownCount } from '../approval/ShowMore.tsx';
import { showPath } from '../json/jsonPath.ts';
import { isBranch, type JsonNode, readJsonTree } from '../json/jsonTree.ts';
import { count } from '../text/count.ts';
import { VisibleText } from '../text/VisibleText.tsx';
import { JsonTree } from '../tree/JsonTree.tsx';
import { Leaf } from '../tree/Leaf.tsx';
import { type JsonChange, jsonDiff } from './jsonDiff.ts';

const LineDiff = lazy(() => import('./LineDiff.tsx'));

const FIRST_CHANGES = 100;
/** Text from here on, or of several lines, is compared line by line. */
const LONG = 80;

type Props = {
  /** The exact JSON of what the agent sent. */
  readonly before: string;
  /** The exact JSON of the edit. */
  readonly after: string;
};

/** What an edit changes, place by place: where, what it was, what it becomes. */
export function Diff({ before, after }: Props): ReactNode {
  const changes = useMemo(
    () => jsonDiff(readJsonTree(before), readJsonTree(after)),
    [before, after],
  );
  const [shown, more] = useShownCount(changes.length, FIRST_CHANGES);
  return (
    <section className="json-diff" aria-label="What the edit changes">
      <p role="status" className="part-title">
        {changes.length > 0 ? count(changes.length, 'change') : noDifference(before, after)}
      </p>
      <ul>
        {changes.slice(0, shown).map((change) => (
          <li key={JSON.stringify(change.path)}>
            <p className="diff-path">
              <code>
                <VisibleText text={showPath(change.path)} />
              </code>{' '}
              <span className={`tag ${kindOf(change)}`}>{kindOf(change)}</span>
            </p>
            <Change change={change} />
          </li>
        ))}
      </ul>
      <ShowMore shown={shown} total={changes.length} what="change" onMore={more} />
    </section>
  );
}

function noDifference(before: string, after: string): string {
  if (before === after) return 'No difference';
  return 'No difference: only the order of keys or the way numbers are written is another, and the original is kept';
}

function kindOf({ before, after }: JsonChange): 'changed' | 'added' | 'removed' {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

function Change({ change: { before, after } }: { change: JsonChange }): ReactNode {
  const plain = (
    <div className="diff-values">
      {before !== undefined && <Value name="Original" node={before} />}
      {after !== undefined && <Value name="Edited" node={after} />}
    </div>
  );
  if (before?.kind !== 'string' || after?.kind !== 'string') return plain;
  if (!isLong(before.value) && !isLong(after.value)) return plain;
  return (
    <Suspense fallback={plain}>
      <LineDiff
        before={before.value}
        after={after.value}
        beforeName="Original"
        afterName="Edited"
      />
    </Suspense>
  );
}

function isLong(text: string): boolean {
  return text.length >= LONG || text.includes('\n');
}

function Value({ name, node }: { name: 'Original' | 'Edited'; node: JsonNode }): ReactNode {
  const Element = name === 'Original' ? 'del' : 'ins';
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
