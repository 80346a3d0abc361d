import { lazy, type ReactNode, Suspense } from 'react';
import { addressOf, navigate, useRoute, type View, views } from '../data/route.ts';
import type { Viewer } from '../data/useViewer.ts';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { ApprovedList } from './ApprovedList.tsx';
import { WaitingList } from './WaitingList.tsx';

const SearchList = lazy(() => import('../find/SearchList.tsx'));

type Props = { viewer: Viewer | null; onHelp(): void };

const names: Record<View, string> = {
  waiting: 'Waiting',
  unexecuted: 'Awaiting execution',
  unreported: 'Awaiting result',
  search: 'Search',
};

/** The lists: waiting reviews, approved ones without an execution or a result, and the search. */
export function ListPane({ viewer, onHelp }: Props): ReactNode {
  const { view } = useRoute();
  return (
    <section className="list-pane" aria-label="Reviews">
      <nav className="views" aria-label="Lists">
        {views.map((name) => {
          const route = { view: name, nodeExecId: null };
          return (
            <a
              key={name}
              href={addressOf(route)}
              aria-current={name === view ? 'page' : undefined}
              onClick={onPlainClick(() => navigate(route))}
            >
              {names[name]}
            </a>
          );
        })}
      </nav>
      {view === 'waiting' && <WaitingList viewer={viewer} onHelp={onHelp} />}
      {view === 'search' && (
        <Suspense fallback={<div className="list-loading" role="status" aria-label="Loading" />}>
          <SearchList onHelp={onHelp} />
        </Suspense>
      )}
      {(view === 'unexecuted' || view === 'unreported') && (
        <ApprovedList key={view} view={view} onHelp={onHelp} />
      )}
    </section>
  );
}
