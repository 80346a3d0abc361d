import type { ReactNode } from 'react';
import { usePage } from '../data/page.ts';
import { Modal } from '../parts/Modal.tsx';
import { AccountName } from './SwitchDialog.tsx';

/** Stops this tab after another one has signed in to another account. */
export function ReplacedDialog(): ReactNode {
  const { account } = usePage().session;
  return (
    <Modal title="This tab has stopped" isRequired onClose={() => {}}>
      <p>
        You signed in to another account in another tab.
        {account && (
          <>
            {' '}
            What you see here belongs to <AccountName account={account} />.
          </>
        )}
      </p>
      <p>Reload this tab to continue with the other account.</p>
      <div className="actions">
        <button type="button" className="button primary" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    </Modal>
  );
}
