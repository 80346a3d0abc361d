import type { ReactNode } from 'react';
import { usePage } from '../data/page.ts';
import type { Account } from '../data/session.ts';
import type { Question } from '../data/useOffer.ts';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';

/** Asks before a link replaces the account of this browser. */
export function SwitchDialog({ question }: { question: Question }): ReactNode {
  const { session } = usePage();
  const { offer, offered, account } = question;
  const stay = () => session.declineOffer();
  return (
    <Modal title="Switch to another account?" onClose={stay}>
      <p>
        The link that you opened signs you in as <AccountName account={offered} />.
      </p>
      <p>
        This page belongs to <AccountName account={account} />. If you switch, what you have typed
        but not sent is lost, and your other tabs stop until you reload them.
      </p>
      <p>If you don't know who sent you the link, don't switch.</p>
      <div className="actions">
        <button type="button" className="button primary" onClick={stay}>
          Don't switch
        </button>
        <button type="button" className="button" onClick={() => session.signIn(offer.token)}>
          Switch account
        </button>
      </div>
    </Modal>
  );
}

export const AccountName = ({ account }: { account: Account }): ReactNode => (
  <>
    <strong>
      <VisibleText text={nameOf(account)} />
    </strong>{' '}
    in workspace{' '}
    <strong>
      <VisibleText text={account.userId} />
    </strong>
  </>
);

/** The display name with the actor, which alone tells people with the same name apart. */
export const nameOf = ({ actor, displayName }: Account): string =>
  displayName && displayName !== actor ? `${displayName} (${actor})` : actor;
