import { hasScope, type Scope } from '@holdpoint/client';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { addressOf, navigate, type SettingsPage, settingsPages } from '../data/route.ts';
import type { Viewer } from '../data/useViewer.ts';
import { BackToReviews } from '../parts/BackToReviews.tsx';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { ChangesPage } from './ChangesPage.tsx';
import { DelegationsPage } from './DelegationsPage.tsx';
import { MembersPage } from './MembersPage.tsx';
import { TeamsPage } from './TeamsPage.tsx';
import { TokensPage } from './TokensPage.tsx';

const PolicyPage = lazy(() => import('../policy/PolicyPage.tsx'));

const titles: Record<SettingsPage, string> = {
  policy: 'Policy',
  members: 'Members',
  teams: 'Teams',
  tokens: 'Tokens',
  delegations: 'Delegations',
  changes: 'Changes',
};

const contents: Record<SettingsPage, (props: { viewer: Viewer }) => ReactNode> = {
  policy: (props) => (
    <Suspense fallback={<div className="review-loading" role="status" aria-label="Loading" />}>
      <PolicyPage {...props} />
    </Suspense>
  ),
  members: MembersPage,
  teams: TeamsPage,
  tokens: TokensPage,
  delegations: DelegationsPage,
  changes: ChangesPage,
};

type Props = { page: SettingsPage; viewer: Viewer };

/** The scopes of which a page needs any. */
const scopesOf: Record<SettingsPage, readonly Scope[]> = {
  policy: ['review:read', 'policy:manage'],
  members: ['people:manage'],
  teams: ['people:manage'],
  tokens: ['people:manage'],
  delegations: ['review:decide', 'people:manage'],
  changes: ['people:manage'],
};

const mayOpen = ({ scopes }: Viewer, page: SettingsPage): boolean =>
  scopesOf[page].some((scope) => hasScope(scopes, scope));

/** The policy, and the pages about people. */
export default function Settings({ page, viewer }: Props): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the page
  useEffect(() => heading.current?.focus({ preventScroll: true }), [page]);
  const Content = contents[page];
  const pages = settingsPages.filter((name) => mayOpen(viewer, name));
  const back = { view: 'waiting', nodeExecId: null } as const;
  return (
    <main className="settings">
      <nav className="views" aria-label="Settings">
        <BackToReviews />
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
        {mayOpen(viewer, page) ? (
          <Content viewer={viewer} />
        ) : (
          <p>
            This page needs the scope <code>{scopesOf[page].at(-1)}</code>. Ask whoever manages the
            people of this workspace.
          </p>
        )}
      </div>
    </main>
  );
}
