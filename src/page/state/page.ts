import type { Client } from '@urql/core';
import { createContext, use } from 'react';
import { openClient } from '../service/openClient.ts';
import { Session } from '../service/session.ts';
import { Details } from './details.ts';
import { Drafts } from './drafts.ts';
import { Inbox } from './inbox.ts';

/** What all parts of the page share; one of each while it is open. */
export type Page = {
  session: Session;
  client: Client;
  inbox: Inbox;
  details: Details;
  drafts: Drafts;
  /** Forgets all that belongs to the owner who was signed in. */
  forget(): void;
};

export function openPage(): Page {
  const session = new Session();
  const client = openClient(session);
  const inbox = new Inbox(client);
  const details = new Details(client);
  inbox.listen({ onEvent: ({ nodeExecId }) => details.invalidate(nodeExecId) });
  const drafts = new Drafts();
  const forget = () => {
    inbox.clear();
    details.clear();
    drafts.clear();
  };
  return { session, client, inbox, details, drafts, forget };
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = use(PageContext);
  if (!page) throw new Error('Outside of the page');
  return page;
}
