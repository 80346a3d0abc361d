import { Tabs } from '@base-ui/react/tabs';
import { type JsonNode, printJson, readJsonTree } from '@holdpoint/client/json';
import { Component, lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { misleads } from '../../text/characters.ts';
import { type Marks, marksOfJson } from '../../text/marks.ts';
import { count } from '../parts/format.ts';
import { useShortcuts } from '../parts/shortcuts.tsx';
import { approvalOf, approvalTypeOf } from './approval.ts';
import { FoldView, useFold } from './folds.tsx';
import { JsonTree } from './JsonTree.tsx';
import { hasManyOdd, LongText, MAX_ODD, VisibleText } from './Text.tsx';

/** Loaded with the first payload, as the list of reviews does not need it. */
const Readable = lazy(() => import('./views/Readable.tsx'));

type View = 'readable' | 'tree' | 'raw';

type PayloadProps = {
  /** The payload as exact JSON text. Everything shown is read from it, because it is what runs. */
  readonly text: string;
  /** The agent's tags: `view:<name>` suggests how to show the payload. */
  readonly tags?: readonly string[] | undefined;
};

/** A whole payload: as what it is, as a tree, and as raw JSON. The latter two are complete. */
export function Payload({ text, tags = [] }: PayloadProps): ReactNode {
  const root = useMemo(() => readJsonTree(text), [text]);
  const hint = tags.find((tag) => tag.startsWith('view:'))?.slice('view:'.length);
  const [view, setView] = useState<View>(hint === 'tree' || hint === 'raw' ? hint : 'readable');
  const isMisfit = useMemo(() => isMisfitting(root), [root]);
  const toggle = (other: View) => setView(view === other ? 'readable' : other);
  useShortcuts({ t: () => toggle('tree'), w: () => toggle('raw') });
  const tree = <JsonTree root={root} label="Payload as a tree" pointer="" />;
  const treeAlone = <FoldView>{tree}</FoldView>;
  return (
    <Tabs.Root className="payload" value={view} onValueChange={(value: View) => setView(value)}>
      <div className="payload-head">
        <Tabs.List className="view-switch" aria-label="How the payload is shown">
          <Tabs.Tab value="readable">Readable</Tabs.Tab>
          <Tabs.Tab value="tree">Tree</Tabs.Tab>
          <Tabs.Tab value="raw">Raw JSON</Tabs.Tab>
        </Tabs.List>
        <span className="muted">{count(text.length, 'character')}</span>
      </div>
      {isMisfit && (
        <p className="notice" role="note">
          The payload says it is “
          <LongText text={approvalTypeOf(root) ?? ''} maxCharacters={200} />” but doesn't match that
          type, so it is shown as plain data.
        </p>
      )}
      <Tabs.Panel value="readable">
        <FoldView key={text}>
          <TreeOnError tree={treeAlone}>
            <Suspense fallback={treeAlone}>
              <Readable root={root} hint={hint} />
            </Suspense>
          </TreeOnError>
        </FoldView>
      </Tabs.Panel>
      <Tabs.Panel value="tree">
        <FoldView key={text}>{tree}</FoldView>
      </Tabs.Panel>
      <Tabs.Panel value="raw">
        <FoldView key={text}>
          <RawJson root={root} text={text} />
        </FoldView>
      </Tabs.Panel>
    </Tabs.Root>
  );
}

const isMisfitting = (root: JsonNode): boolean =>
  approvalTypeOf(root) !== undefined && approvalOf(root) === undefined;

type TreeOnErrorProps = { readonly tree: ReactNode; readonly children: ReactNode };

/** Shows the tree if the views cannot be loaded. */
class TreeOnError extends Component<TreeOnErrorProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.tree : this.props.children;
  }
}

const STEP_CHARACTERS = 50_000;
/** If there are many odd characters. */
const SMALL_STEP_CHARACTERS = 4_000;
/** Chunks of this size are laid out only when they scroll into view. */
const CHUNK_CHARACTERS = 5_000;

type RawJsonProps = { readonly root: JsonNode; readonly text: string };

/** The exact JSON, broken into lines. Invisible characters are shown as JSON escapes. */
function RawJson({ root, text }: RawJsonProps): ReactNode {
  const printed = useMemo(() => printJson(root, 2), [root]);
  const marks = useMemo(() => marksOfJson(printed), [printed]);
  const [step] = useState(() => stepOf(printed, marks));
  const [limit, setLimit] = useState(step);
  const chunks = useMemo(
    () => chunksOf(printed, Math.min(limit, printed.length)),
    [printed, limit],
  );
  const left = printed.length - limit;
  const isMisleading = useMemo(
    () => left > 0 && misleads(printed, { from: limit, marks }),
    [printed, limit, left, marks],
  );
  const hides = useFold(root, isMisleading);
  return (
    <section className="raw-json" aria-label="Raw JSON">
      <CopyButton text={text} />
      <pre>
        {chunks.map(([from, to]) => (
          <span className="raw-chunk" key={from}>
            <VisibleText text={printed} lines from={from} to={to} marks={marks} />
          </span>
        ))}
      </pre>
      {left > 0 && (
        <button type="button" className="fold" {...hides} onClick={() => setLimit(limit + step)}>
          … {count(left, 'character')} folded: show{' '}
          {left > step ? `the next ${count(step, 'character')}` : 'the rest'}
        </button>
      )}
    </section>
  );
}

function stepOf(printed: string, marks: Marks): number {
  const isOdd = hasManyOdd(printed, MAX_ODD, { to: STEP_CHARACTERS, marks });
  return isOdd ? SMALL_STEP_CHARACTERS : STEP_CHARACTERS;
}

function CopyButton({ text }: { text: string }): ReactNode {
  const [label, setLabel] = useState('Copy exact JSON');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setLabel('Copied'),
      () => setLabel('Copying is blocked by the browser'),
    );
  return (
    <button type="button" className="quiet-button" onClick={copy} aria-live="polite">
      {label}
    </button>
  );
}

/** The ranges of chunks of about `CHUNK_CHARACTERS` up to `limit`, split at line breaks. */
function chunksOf(text: string, limit: number): (readonly [from: number, to: number])[] {
  const chunks: [number, number][] = [];
  for (let from = 0; from < limit; ) {
    const line = text.indexOf('\n', from + CHUNK_CHARACTERS);
    const to = line < 0 ? limit : Math.min(line + 1, limit);
    chunks.push([from, to]);
    from = to;
  }
  return chunks;
}
