import { type ReactNode, Suspense, useState } from 'react';
import { basePath } from '../data/basePath.ts';
import { useWaitingReviews } from '../data/page.ts';
import { addressOf, navigate, type Route, useRoute } from '../data/route.ts';
import { canRead, type Viewer } from '../data/useViewer.ts';
import mark from '../mark.svg';
import { later } from '../parts/later.ts';
import { Key, onPlainClick } from '../parts/shortcuts.tsx';
import { VisibleText } from '../payload/Text.tsx';
import type { Notifications } from './useNotifications.ts';

const SettingsDialog = later(() => import('./SettingsDialog.tsx'));

type Props = { viewer: Viewer | null; notifications: Notifications; onHelp(): void };

const connectionTexts = {
  connecting: 'Connecting…',
  live: 'Live',
  disconnected: 'Disconnected. Reconnecting…',
};

export function Header({ viewer, notifications, onHelp }: Props): ReactNode {
  const { connection } = useWaitingReviews();
  const [isOpen, setOpen] = useState(false);
  return (
    <header className="header">
      <a className="brand" href={basePath}>
        <img src={mark} alt="" width="24" height="24" />
        <h1>Holdpoint</h1>
      </a>
      {viewer && (
        <p className="workspace" title={`Workspace ${viewer.userId}`}>
          <span className="visually-hidden">Workspace </span>
          <VisibleText text={viewer.userId} />
        </p>
      )}
      <p className="connection" data-state={connection} role="status">
        {connectionTexts[connection]}
      </p>
      {canRead(viewer) && <PageLinks />}
      <button type="button" className="button quiet keys" onClick={onHelp}>
        Keyboard shortcuts <Key>?</Key>
      </button>
      <button type="button" className="button quiet viewer" onClick={() => setOpen(true)}>
        <span>
          {viewer ? <VisibleText text={viewer.displayName ?? viewer.actor} /> : 'Signing in…'}
        </span>
        <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <Suspense>
          <SettingsDialog
            viewer={viewer}
            notifications={notifications}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </header>
  );
}

const reviews: Route = { view: 'waiting', nodeExecId: null };

/** The reviews, the standing approvals and the figures. On small screens the menu has them. */
function PageLinks(): ReactNode {
  const { isFigures = false, isStanding = false, settings } = useRoute();
  const links: [text: string, route: Route, isOpen: boolean][] = [
    ['Reviews', reviews, !isFigures && !isStanding && settings === undefined],
    ['Standing approvals', { ...reviews, isStanding: true }, isStanding],
    ['Figures', { ...reviews, isFigures: true }, isFigures],
  ];
  return (
    <nav className="page-links" aria-label="Pages">
      {links.map(([text, route, isOpen]) => (
        <a
          key={text}
          className="button quiet"
          href={addressOf(route)}
          aria-current={isOpen ? 'page' : undefined}
          onClick={onPlainClick(() => navigate(route))}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}
