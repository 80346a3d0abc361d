import { Fragment, memo, type ReactNode } from 'react';
import { piecesOf, type TextPiece } from './oddCharacters.ts';

type Props = {
  readonly text: string;
  /** Whether line breaks and tabs are meant: then they stay; else they are shown as `\n` and `\t`. */
  readonly lines?: boolean;
};

/** Text in which nothing hides: what does not show by itself is shown as its escape, with its name. */
export const VisibleText = memo(function VisibleText({ text, lines = false }: Props): ReactNode {
  const pieces = piecesOf(text, lines);
  if (pieces.length === 1 && pieces[0]?.kind === 'plain') return text;
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces are never moved
  return pieces.map((piece, at) => <Fragment key={at}>{nodeOf(piece)}</Fragment>);
});

function nodeOf(piece: TextPiece): ReactNode {
  if (piece.kind === 'plain') return piece.text;
  if (piece.kind === 'lookalike') {
    return (
      <span className="odd-lookalike" title={piece.name}>
        {piece.text}
      </span>
    );
  }
  return (
    <span className="odd-character" title={piece.name}>
      {piece.escape}
      {piece.count > 1 && ` ×${piece.count}`}
    </span>
  );
}
