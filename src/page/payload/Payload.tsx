import { Tabs } from '@base-ui/react/tabs';
import { type JsonNode, printJson, readJsonTree } from '@holdpoint/client/json';
import { type ReactNode, useMemo, useState } from 'react';
import { misleads } from '../../text/characters.ts';
import { type Marks, marksOfJson } from '../../text/marks.ts';
import { count } from '../parts/format.ts';
import { ApprovalView } from './ApprovalView.tsx';
import { type Approval, approvalOf, approvalTypeOf } from './approval.ts';
import { FoldView, useFold } from './folds.tsx';
import { JsonTree } from './JsonTree.tsx';
import { hasManyOdd, LongText, MAX_ODD, VisibleText } from './Text.tsx';

type View = 'approval' | 'tree' | 'raw';

const approvalNames: Record<Approval['kind'], string> = {
  plan: 'Steps',
  memory: 'Memory',
  code: 'Code',
};

type PayloadProps = {
  /** The payload as exact JSON text. Everything shown is read from it, because it is what runs. */
  readonly text: string;
  /**
   * `PendingReview.approval`: null if the payload matches no known type, undefined if not queried.
   */
  readonly approval?: object | null | undefined;
};

/** A whole payload: as its approval type if it has one, as a tree, and as raw JSON. */
export function Payload({ text, approval }: PayloadProps): ReactNode {
  const root = useMemo(() => readJsonTree(text), [text]);
  const typed = useMemo(() => (approval === null ? undefined : approvalOf(root)), [root, approval]);
  const [chosen, setChosen] = useState<View>();
  const fallback = typed === undefined ? 'tree' : 'approval';
  const view =
    chosen === undefined || (chosen === 'approval' && typed === undefined) ? fallback : chosen;
  const type = approvalTypeOf(root);
  return (
    <Tabs.Root className="payload" value={view} onValueChange={(value: View) => setChosen(value)}>
      <div className="payload-head">
        <Tabs.List className="view-switch" aria-label="How the payload is shown">
          {typed !== undefined && <Tabs.Tab value="approval">{approvalNames[typed.kind]}</Tabs.Tab>}
          <Tabs.Tab value="tree">Tree</Tabs.Tab>
          <Tabs.Tab value="raw">Raw JSON</Tabs.Tab>
        </Tabs.List>
        <span className="muted">{count(text.length, 'character')}</span>
      </div>
      {type !== undefined && typed === undefined && (
        <p className="notice" role="note">
          The payload says it is “<LongText text={type} maxCharacters={200} />” but doesn't match
          that type, so it is shown as plain data.
        </p>
      )}
      {typed !== undefined && (
        <Tabs.Panel value="approval">
          <FoldView key={text}>
            <ApprovalView approval={typed} />
          </FoldView>
        </Tabs.Panel>
      )}
      <Tabs.Panel value="tree">
        <FoldView key={text}>
          <JsonTree root={root} label="Payload as a tree" />
        </FoldView>
      </Tabs.Panel>
      <Tabs.Panel value="raw">
        <FoldView key={text}>
          <RawJson root={root} text={text} />
        </FoldView>
      </Tabs.Panel>
    </Tabs.Root>
  );
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
