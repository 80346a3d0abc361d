import { hasScope } from '@holdpoint/client';
import { type ReactNode, useId, useState } from 'react';
import { usePage } from '../data/page.ts';
import { useOpensNext } from '../data/preferences.ts';
import { addressOf, navigate, type Route } from '../data/route.ts';
import type { Viewer } from '../data/useViewer.ts';
import { Modal } from '../parts/Modal.tsx';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { AccountName } from './SwitchDialog.tsx';
import { type Theme, themes, useTheme } from './theme.ts';
import type { Notifications } from './useNotifications.ts';

type Props = { viewer: Viewer | null; notifications: Notifications; onClose(): void };

const notificationTexts = {
  on: 'Notify me about new reviews while this page is in the background',
  off: 'Notify me about new reviews while this page is in the background',
  blocked: 'Notifications are blocked in browser settings',
  unsupported: "This browser doesn't support notifications",
};

const themeTexts: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' };

/** Who is signed in, and settings for this browser. */
export default function SettingsDialog({ viewer, notifications, onClose }: Props): ReactNode {
  const { session } = usePage();
  const [theme, setTheme] = useTheme();
  const [opensNext, setOpensNext] = useOpensNext();
  const { state, change } = notifications;
  const name = useId();
  const [failure, setFailure] = useState<string | null>(null);
  const signOut = () =>
    session
      .signOut()
      .catch(() => setFailure("You are still signed in: Holdpoint can't be reached."));
  return (
    <Modal title="Settings" onClose={onClose}>
      {viewer && (
        <p>
          Signed in as <AccountName account={viewer} />
          {!viewer.scopes.includes('review:decide') && ', read-only'}.
        </p>
      )}
      {viewer && <SettingsLinks viewer={viewer} onOpen={onClose} />}
      <fieldset className="choices">
        <legend>Theme</legend>
        {themes.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={name}
              checked={theme === choice}
              onChange={() => setTheme(choice)}
            />
            {themeTexts[choice]}
          </label>
        ))}
      </fieldset>
      <label className="choice">
        <input
          type="checkbox"
          checked={opensNext}
          onChange={(event) => setOpensNext(event.target.checked)}
        />
        Open the next review after a decision
      </label>
      <label className="choice">
        <input
          type="checkbox"
          checked={state === 'on'}
          disabled={state === 'blocked' || state === 'unsupported'}
          onChange={(event) => void change(event.target.checked)}
        />
        {notificationTexts[state]}
      </label>
      {failure !== null && (
        <p className="banner bad" role="alert">
          {failure}
        </p>
      )}
      <div className="actions">
        <button type="button" className="button primary" onClick={onClose}>
          Done
        </button>
        <button type="button" className="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    </Modal>
  );
}

type LinksProps = { viewer: Viewer; onOpen(): void };

/** The pages besides the reviews that the viewer may open. */
function SettingsLinks({ viewer: { scopes }, onOpen }: LinksProps): ReactNode {
  const reviews = { view: 'waiting', nodeExecId: null } as const;
  const pages: [Route, string][] = [
    ...(hasScope(scopes, 'review:read')
      ? ([
          [{ ...reviews, isStanding: true }, 'Standing approvals'],
          [{ ...reviews, isFigures: true }, 'Figures'],
        ] as [Route, string][])
      : []),
    ...(scopes.includes('policy:manage') || hasScope(scopes, 'review:read')
      ? ([[{ ...reviews, settings: 'policy' }, 'Policy']] as [Route, string][])
      : []),
    ...(scopes.includes('people:manage')
      ? ([[{ ...reviews, settings: 'members' }, 'Members, teams and tokens']] as [Route, string][])
      : []),
    ...(scopes.includes('review:decide') || scopes.includes('people:manage')
      ? ([[{ ...reviews, settings: 'delegations' }, 'When you are away']] as [Route, string][])
      : []),
  ];
  return (
    <div className="actions">
      {pages.map(([route, text]) => {
        const open = () => {
          onOpen();
          navigate(route);
        };
        return (
          <a key={text} className="button" href={addressOf(route)} onClick={onPlainClick(open)}>
            {text}
          </a>
        );
      })}
    </div>
  );
}
