import { type ReactNode, useId, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { VisibleText } from '../payload/Text.tsx';

/** The actor in whose place a decision is made by default, or undefined in the viewer's own right. */
export function defaultPrincipal(review: Detail, actor: string | null): string | undefined {
  const [first] = review.viewerMayDecideAs;
  return first === actor ? undefined : first;
}

type Choice = { principal: string | undefined; choose(principal: string | undefined): void };

/** In whose place the viewer decides: chosen, as long as that is possible. */
export function useDecideAs(review: Detail, actor: string | null): Choice {
  const [chosen, choose] = useState<string | undefined>(undefined);
  const isPossible = review.viewerMayDecideAs.includes(chosen ?? actor ?? '');
  return { principal: isPossible ? chosen : defaultPrincipal(review, actor), choose };
}

type Props = Choice & { review: Detail; actor: string | null };

/** Says for whom the viewer decides, and offers a choice if there is one. */
export function DecideAs({ review, actor, principal, choose }: Props): ReactNode {
  const id = useId();
  const names = review.viewerMayDecideAs;
  if (names.length === 0 || (names.length === 1 && names[0] === actor)) return null;
  if (names.length === 1) {
    return (
      <p className="obstacle">
        You decide for{' '}
        <strong>
          <VisibleText text={names[0] ?? ''} />
        </strong>
        , who delegates to you.
      </p>
    );
  }
  return (
    <p className="decide-as">
      <label htmlFor={id}>Decide as</label>
      <select
        id={id}
        value={principal ?? actor ?? ''}
        onChange={({ target }) => choose(target.value === actor ? undefined : target.value)}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {name === actor ? 'me' : `for ${name}`}
          </option>
        ))}
      </select>
    </p>
  );
}
