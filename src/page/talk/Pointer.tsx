import type { ReactNode } from 'react';
import { announce } from '../parts/Announcer.tsx';
import { focusPlace } from '../payload/places.tsx';
import { LongText } from '../payload/Text.tsx';

const MAX_SHOWN_CHARACTERS = 100;

type Props = {
  pointer: string;
  /** Whether it points into another revision than the one on the screen. */
  isElsewhere?: boolean;
};

/** A place in the payload, which a click goes to. */
export function Pointer({ pointer, isElsewhere = false }: Props): ReactNode {
  const isLong = pointer.length > MAX_SHOWN_CHARACTERS;
  const text = (
    <code>
      {pointer === '' ? '(root)' : <LongText text={pointer} maxCharacters={MAX_SHOWN_CHARACTERS} />}
    </code>
  );
  // A long text may contain a button, which cannot be nested in another button.
  if (isElsewhere || isLong) return text;
  const go = () => {
    if (!focusPlace(pointer)) announce('Show the payload as a tree and unfold it to see the place');
  };
  return (
    <button type="button" className="quiet-button pointer" onClick={go}>
      {text}
    </button>
  );
}
