import { useEffect, useState, useSyncExternalStore } from 'react';
import { announce } from '../parts/Announcer.tsx';
import { usePage } from './page.ts';
import { isUnanswered, messageOf } from './service.ts';
import { type Account, isSameAccount, type Offer } from './session.ts';
import type { Viewer } from './useViewer.ts';

const RETRY_MS = 2_000;

/** The sign-in that a link asks for, and the account that it would replace. */
export type Question = { offer: Offer; offered: Viewer; account: Account };

/**
 * Decides what becomes of an offered token once it is known whose it is. A token of the same account
 * is used. Another account that comes by a link is a question to the reviewer, and one that another
 * tab signed in to stops this tab.
 */
export function useOffer(): Question | null {
  const { session, service } = usePage();
  const offer = useSyncExternalStore(session.subscribe, () => session.offer);
  const account = useSyncExternalStore(session.subscribe, () => session.account);
  const [question, setQuestion] = useState<Question | null>(null);
  useEffect(() => {
    if (offer === null || account === null) return;
    let isOver = false;
    const judge = async (): Promise<void> => {
      try {
        const offered = await service.viewerOf(offer.token);
        if (isOver) return;
        if (isSameAccount(offered, account)) session.signIn(offer.token);
        else if (offer.from === 'tab') session.replace();
        else setQuestion({ offer, offered, account });
      } catch (error) {
        if (isOver) return;
        if (isUnanswered(error)) return void setTimeout(() => isOver || judge(), RETRY_MS);
        session.declineOffer();
        if (offer.from === 'link') announce(`The link's token was refused: ${messageOf(error)}`);
      }
    };
    void judge();
    return () => {
      isOver = true;
    };
  }, [offer, account, session, service]);
  return question?.offer === offer ? question : null;
}
