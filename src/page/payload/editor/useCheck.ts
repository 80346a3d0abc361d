import { useLayoutEffect, useRef, useState } from 'react';
import { showPath } from '../json/jsonPath.ts';
import { checkEdit, type EditedKind, type EditProblem } from './checkEdit.ts';
import type { Draft } from './draft.ts';
import type { EditorProps } from './Editor.tsx';
import { wrongNumbers } from './numberText.ts';

/** A longer draft is checked when the typing pauses; until then there is no edit that could be sent. */
const CHECKED_AT_ONCE = 100_000;
const PAUSE_MS = 250;

/** Checks the draft and tells; answers what is to be said about it now. */
export function useCheck(
  draft: Draft,
  text: string,
  kind: EditedKind,
  onChange: EditorProps['onChange'],
): readonly EditProblem[] {
  const [problems, setProblems] = useState<readonly EditProblem[]>([]);
  const told = useRef(onChange);
  told.current = onChange;

  // Before the next key is pressed: nobody sends the edit before last.
  useLayoutEffect(() => {
    const check = () => {
      const wrong = draft.mode === 'fields' ? wrongNumbers(draft.root) : [];
      const checked =
        wrong.length > 0 ? { text: null, problems: wrong.map(notANumber) } : checkEdit(text, kind);
      setProblems(checked.problems);
      told.current(checked.text, checked.problems);
    };
    if (text.length <= CHECKED_AT_ONCE) {
      check();
      return undefined;
    }
    told.current(null, [{ message: 'being checked', line: 1, from: 0, to: 0, path: '' }]);
    const timer = setTimeout(check, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, text, kind]);

  return problems;
}

/** Tells of a text that is another than at first. */
export function useTold(text: string, onDraft: EditorProps['onDraft']): void {
  const told = useRef(text);
  useLayoutEffect(() => {
    if (told.current === text) return;
    told.current = text;
    onDraft?.(text);
  }, [text, onDraft]);
}

function notANumber(path: readonly (string | number)[]): EditProblem {
  return {
    message: `${showPath(path)} is not a number`,
    line: 0,
    from: 0,
    to: 0,
    path: path.join('.'),
  };
}
