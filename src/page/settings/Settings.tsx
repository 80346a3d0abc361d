import { type ReactNode, useEffect, useRef } from 'react';
import { addressOf, navigate, type SettingsPage, settingsPages } from '../data/route.ts';
import type { Viewer } from '../data/useViewer.ts';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { ChangesPage } from './ChangesPage.tsx';
import { DelegationsPage } from './DelegationsPage.tsx';
import { MembersPage } from './MembersPage.tsx';
import { TeamsPage } from './TeamsPage.tsx';
import { TokensPage } from './TokensPage.tsx';

const titles: Record<SettingsPage, string> = {
  members: 'Members',
  teams: 'Teams',
  tokens: 'Tokens',
  delegations: 'Delegations',
  changes: 'Changes',
};

const contents: Record<SettingsPage, (props: { viewer: Viewer }) => ReactNode> = {
  members: MembersPage,
  teams: TeamsPage,
  tokens: TokensPage,
  delegations: DelegationsPage,
  changes: ChangesPage,
};

type Props = { page: SettingsPage; viewer: Viewer };

/** The pages about people. Everybody who decides may delegate; the rest needs `people:manage`. */
export default function Settings({ page, viewer }: Props): ReactNode {
  const isManager = viewer.scopes.includes('people:manage');
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the page
  useEffect(() => heading.current?.focus({ preventScroll: true }), [page]);
  const Content = contents[page];
  const pages = isManager ? settingsPages : (['delegations'] as const);
  const back = { view: 'waiting', nodeExecId: null } as const;
  return (
    <main className="settings">
      <nav className="views" aria-label="Settings">
        <a href={addressOf(back)} onClick={onPlainClick(() => navigate(back))}>
          ← Reviews
        </a>
        {pages.map((name) => {
          const route = { ...back, settings: name };
          return (
            <a
              key={name}
              href={addressOf(route)}
              aria-current={name === page ? 'page' : undefined}
              onClick={onPlainClick(() => navigate(route))}
            >
              {titles[name]}
            </a>
          );
        })}
      </nav>
      <div className="settings-body">
        <h2 ref={heading} tabIndex={-1}>
          {titles[page]}
        </h2>
        {isManager || page === 'delegations' ? (
          <Content viewer={viewer} />
        ) : (
          <p>
            This page needs the scope <code>people:manage</code>. Ask whoever manages the people of
            this workspace.
          </p>
        )}
      </div>
    </main>
  );
}
