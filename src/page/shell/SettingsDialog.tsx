import { type ReactNode, useId } from 'react';
import type { Notifications } from '../hooks/useNotifications.ts';
import { type Theme, themes, useTheme } from '../hooks/useTheme.ts';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import type { Viewer } from '../session/useViewer.ts';
import { usePage } from '../state/page.ts';

type Props = { viewer: Viewer | null; notifications: Notifications; onClose(): void };

const notificationTexts = {
  on: 'Tell me of new reviews while this page is in the background',
  off: 'Tell me of new reviews while this page is in the background',
  refused: 'Notifications: this browser refuses them for this page',
  impossible: 'Notifications: this browser has none',
};

const themeTexts: Record<Theme, string> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
};

/** Who is signed in, and what can be chosen for this browser. */
export function SettingsDialog({ viewer, notifications, onClose }: Props): ReactNode {
  const { session } = usePage();
  const [theme, setTheme] = useTheme();
  const { state, change } = notifications;
  const name = useId();
  return (
    <Modal title="Settings" onClose={onClose}>
      {viewer && (
        <p>
          Signed in as{' '}
          <strong>
            <VisibleText text={viewer.actor} />
          </strong>{' '}
          for the owner{' '}
          <strong>
            <VisibleText text={viewer.userId} />
          </strong>
          {!viewer.scopes.includes('review:decide') && ', to read only'}.
        </p>
      )}
      <fieldset className="choices">
        <legend>Colours</legend>
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
          checked={state === 'on'}
          disabled={state === 'refused' || state === 'impossible'}
          onChange={(event) => void change(event.target.checked)}
        />
        {notificationTexts[state]}
      </label>
      <div className="actions">
        <button type="button" className="button primary" onClick={onClose}>
          Done
        </button>
        <button type="button" className="button" onClick={() => session.signOut()}>
          Sign out
        </button>
      </div>
    </Modal>
  );
}
