import type { MouseEvent, ReactNode } from 'react';
import { addressOf, go, useRoute, type View, views } from '../hooks/useRoute.ts';
import { StateList } from './StateList.tsx';
import { WaitingList } from './WaitingList.tsx';

type Props = { mayDecide: boolean; onHelp(): void };

const names: Record<View, string> = {
  waiting: 'Waiting',
  unexecuted: 'Not executed',
  unreported: 'Not reported',
};

/** The lists: what waits for a person, and what was approved and then heard of no more. */
export function ListPane({ mayDecide, onHelp }: Props): ReactNode {
  const { view } = useRoute();
  const choose = (to: View) => (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go({ view: to, nodeExecId: null });
  };
  return (
    <section className="list-pane" aria-label="Reviews">
      <nav className="views" aria-label="Lists">
        {views.map((name) => (
          <a
            key={name}
            href={addressOf({ view: name, nodeExecId: null })}
            aria-current={name === view ? 'page' : undefined}
            onClick={choose(name)}
          >
            {names[name]}
          </a>
        ))}
      </nav>
      {view === 'waiting' ? (
        <WaitingList mayDecide={mayDecide} onHelp={onHelp} />
      ) : (
        <StateList key={view} view={view} onHelp={onHelp} />
      )}
    </section>
  );
}
