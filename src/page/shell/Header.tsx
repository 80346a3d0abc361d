import { type ReactNode, useState } from 'react';
import { useInbox } from '../hooks/useInbox.ts';
import type { Notifications } from '../hooks/useNotifications.ts';
import mark from '../mark.svg';
import { Key } from '../parts/Key.tsx';
import type { Viewer } from '../session/useViewer.ts';
import { SettingsDialog } from './SettingsDialog.tsx';

type Props = { viewer: Viewer | null; notifications: Notifications; onHelp(): void };

const connectionTexts = {
  connecting: 'Connecting…',
  live: 'Live',
  'cut off': 'Cut off: trying again…',
};

export function Header({ viewer, notifications, onHelp }: Props): ReactNode {
  const { connection } = useInbox();
  const [isOpen, setOpen] = useState(false);
  return (
    <header className="header">
      <a className="brand" href="/">
        <img src={mark} alt="" width="24" height="24" />
        <h1>Holdpoint</h1>
      </a>
      <p className="connection" data-state={connection} role="status">
        {connectionTexts[connection]}
      </p>
      <button type="button" className="button quiet keys" onClick={onHelp}>
        Keys <Key>?</Key>
      </button>
      <button type="button" className="button quiet viewer" onClick={() => setOpen(true)}>
        <span>{viewer?.actor ?? 'Signing in…'}</span>
        <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <SettingsDialog
          viewer={viewer}
          notifications={notifications}
          onClose={() => setOpen(false)}
        />
      )}
    </header>
  );
}
