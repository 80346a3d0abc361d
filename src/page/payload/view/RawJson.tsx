import { type ReactNode, useMemo, useState } from 'react';
import type { JsonNode } from '../json/jsonTree.ts';
import { printJson } from '../json/printJson.ts';
import { count } from '../text/count.ts';
import { piecesOf } from '../text/oddCharacters.ts';
import { VisibleText } from '../text/VisibleText.tsx';

const STEP_CHARACTERS = 50_000;
/** Each odd character is an element of the page: where there are many, less is shown at once. */
const MAX_ODD = 2_000;
const SMALL_STEP_CHARACTERS = 4_000;
/** So much is laid out only when it comes on screen. */
const CHUNK_CHARACTERS = 5_000;

type Props = { readonly root: JsonNode; readonly text: string };

/** The payload's exact JSON, only broken into lines. What does not show is written as JSON's escapes. */
export function RawJson({ root, text }: Props): ReactNode {
  const printed = useMemo(() => printJson(root, 2), [root]);
  const [step] = useState(() => stepOf(printed));
  const [limit, setLimit] = useState(step);
  const chunks = useMemo(() => chunksOf(printed.slice(0, limit)), [printed, limit]);
  const left = printed.length - limit;
  return (
    <section className="raw-json" aria-label="Raw JSON">
      <CopyButton text={text} />
      <pre>
        {chunks.map((chunk, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: chunks are only added at the end
          <span className="raw-chunk" key={at}>
            <VisibleText text={chunk} lines />
          </span>
        ))}
      </pre>
      {left > 0 && (
        <button type="button" className="fold" onClick={() => setLimit(limit + step)}>
          … {count(left, 'character')} folded: show{' '}
          {left > step ? `the next ${count(step, 'character')}` : 'the rest'}
        </button>
      )}
    </section>
  );
}

function stepOf(printed: string): number {
  const odd = piecesOf(printed.slice(0, STEP_CHARACTERS), true).length;
  return odd > MAX_ODD ? SMALL_STEP_CHARACTERS : STEP_CHARACTERS;
}

function CopyButton({ text }: { text: string }): ReactNode {
  const [said, setSaid] = useState('Copy the exact JSON');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('The browser did not allow copying'),
    );
  return (
    <button type="button" className="quiet-button" onClick={copy} aria-live="polite">
      {said}
    </button>
  );
}

/** Whole lines, about `CHUNK_CHARACTERS` each. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  for (let start = 0; start < text.length; ) {
    const line = text.indexOf('\n', start + CHUNK_CHARACTERS);
    const end = line < 0 ? text.length : line + 1;
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}
