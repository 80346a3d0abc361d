import { type ReactNode, useMemo, useState } from 'react';
import { misleads } from '../../text/characters.ts';
import { type IsShown, scriptsShownBy } from '../../text/lookalikes.ts';
import { marksOf } from '../../text/marks.ts';
import { looksSame, sameLookNote } from '../../text/sameLook.ts';
import { count } from '../parts/format.ts';
import { useInWorker } from '../worker/inWorker.ts';
import type { DiffBlock, DiffLine, DiffSide } from '../worker/lineDiff.ts';
import { FoldView, useFold } from './folds.tsx';
import { LongText } from './Text.tsx';

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 3;
const FIRST_BLOCKS = 100;
const MAX_LINES = 200;

type Props = {
  readonly before: string;
  readonly after: string;
  readonly beforeName: string;
  readonly afterName: string;
  /** Shown until the texts are compared, and if that takes too long. */
  readonly fallback: ReactNode;
};

/** Two texts side by side, or stacked on a narrow screen, with the changes in each line marked. */
export function LineDiff({ fallback, ...texts }: Props): ReactNode {
  const blocks = useInWorker('lineDiff', texts.before, texts.after);
  return (
    <FoldView key={blocks ? 'compared' : 'plain'}>
      {blocks ? <Blocks {...texts} blocks={blocks} /> : fallback}
    </FoldView>
  );
}

type BlocksProps = Omit<Props, 'fallback'> & { readonly blocks: readonly DiffBlock[] };

function Blocks({ blocks, before, after, beforeName, afterName }: BlocksProps): ReactNode {
  const [limit, setLimit] = useState(FIRST_BLOCKS);
  const [isShownBefore, isShownAfter] = useMemo(
    () => [scriptsShownBy(before), scriptsShownBy(after)],
    [before, after],
  );
  const isMisleading = useMemo(
    () => blocks.slice(limit).some((block) => linesIn(block).some((line) => misleads(line))),
    [blocks, limit],
  );
  const hides = useFold(blocks, isMisleading);
  return (
    <div className="line-diff">
      <p className="diff-names">
        <span>− {beforeName}</span>
        <span>+ {afterName}</span>
      </p>
      {blocks.slice(0, limit).map((block, at) => (
        <Block
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks never move
          key={at}
          block={block}
          isShownBefore={isShownBefore}
          isShownAfter={isShownAfter}
          isFirst={at === 0}
          isLast={at === blocks.length - 1}
        />
      ))}
      {blocks.length > limit && (
        <button
          type="button"
          className="fold"
          {...hides}
          onClick={() => setLimit(limit + FIRST_BLOCKS)}
        >
          … {count(blocks.length - limit, 'part')} folded: show more
        </button>
      )}
    </div>
  );
}

const linesIn = (block: DiffBlock): readonly string[] =>
  block.kind === 'same' ? block.lines : [...block.before.lines, ...block.after.lines];

type BlockProps = {
  readonly block: DiffBlock;
  /** Which scripts the whole texts show. */
  readonly isShownBefore: IsShown;
  readonly isShownAfter: IsShown;
  readonly isFirst: boolean;
  readonly isLast: boolean;
};

function Block(props: BlockProps): ReactNode {
  const { block, isShownBefore, isShownAfter, isFirst, isLast } = props;
  if (block.kind === 'same') {
    return (
      <SameLines
        lines={block.lines}
        before={isFirst ? 0 : CONTEXT_LINES}
        after={isLast ? 0 : CONTEXT_LINES}
      />
    );
  }
  return (
    <>
      <div className="diff-block">
        <Side element="del" sign="−" side={block.before} isShown={isShownBefore} />
        <Side element="ins" sign="+" side={block.after} isShown={isShownAfter} />
      </div>
      {looksSame(block.before.lines.join('\n'), block.after.lines.join('\n')) && (
        <p className="problem">{sameLookNote}</p>
      )}
    </>
  );
}

function SameLines(props: { lines: readonly string[]; before: number; after: number }): ReactNode {
  const { lines, before, after } = props;
  const [isOpen, setOpen] = useState(false);
  const isFolded = !isOpen && lines.length > before + after + 1;
  const isMisleading = useMemo(
    () => isFolded && misleads(lines.slice(before, lines.length - after).join('\n')),
    [lines, isFolded, before, after],
  );
  const hides = useFold(lines, isMisleading);
  if (!isFolded) return <Same text={lines.join('\n')} />;
  return (
    <>
      {before > 0 && <Same text={lines.slice(0, before).join('\n')} />}
      <button type="button" className="fold" {...hides} onClick={() => setOpen(true)}>
        … {count(lines.length - before - after, 'unchanged line')}: show
      </button>
      {after > 0 && <Same text={lines.slice(-after).join('\n')} />}
    </>
  );
}

function Same({ text }: { text: string }): ReactNode {
  const lines = <LongText text={text} lines maxLines={MAX_LINES} />;
  return (
    <div className="diff-block same">
      <div className="diff-side">{lines}</div>
      {/* A visual copy, hidden from screen readers. */}
      <div className="diff-side" aria-hidden="true" inert>
        {lines}
      </div>
    </div>
  );
}

type SideProps = {
  readonly element: 'del' | 'ins';
  readonly sign: string;
  readonly side: DiffSide;
  /** Which scripts the text that the lines are from shows. */
  readonly isShown: IsShown;
};

function Side({ element: Element, sign, side, isShown }: SideProps): ReactNode {
  const { lines, marks } = side;
  const [limit, setLimit] = useState(MAX_LINES);
  const isMisleading = useMemo(
    () => lines.slice(limit).some((line) => misleads(line)),
    [lines, limit],
  );
  const hides = useFold(lines, isMisleading);
  if (lines.length === 0) return <div className="diff-side" />;
  return (
    <Element className="diff-side">
      <span className="visually-hidden">{Element === 'del' ? 'Removed: ' : 'Added: '}</span>
      {lines.slice(0, limit).map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
        <span className="diff-line" key={at}>
          <span className="diff-sign" aria-hidden="true">
            {sign}
          </span>
          <MarkedLine line={{ text, marks: marks.get(at) ?? [] }} isShown={isShown} />
          {'\n'}
        </span>
      ))}
      {lines.length > limit && (
        <button
          type="button"
          className="fold"
          {...hides}
          onClick={() => setLimit(limit + MAX_LINES)}
        >
          … {count(lines.length - limit, 'line')} folded: show more
        </button>
      )}
    </Element>
  );
}

type MarkedLineProps = { readonly line: DiffLine; readonly isShown: IsShown };

/** A line with its changed parts marked. */
export function MarkedLine({
  line: { text, marks: changed },
  isShown,
}: MarkedLineProps): ReactNode {
  const marks = useMemo(() => marksOf(text, isShown), [text, isShown]);
  const pieces: ReactNode[] = [];
  let end = 0;
  for (const [from, to] of changed) {
    pieces.push(<LongText key={`${from} same`} text={text} marks={marks} from={end} to={from} />);
    pieces.push(
      <mark key={from}>
        <LongText text={text} marks={marks} from={from} to={to} />
      </mark>,
    );
    end = to;
  }
  return (
    <>
      {pieces}
      {(end === 0 || end < text.length) && <LongText text={text} marks={marks} from={end} />}
    </>
  );
}
