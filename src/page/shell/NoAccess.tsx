import type { ReactNode } from 'react';
import { usePage } from '../data/page.ts';
import type { Viewer } from '../data/useViewer.ts';
import { VisibleText } from '../payload/Text.tsx';
import { AccountName } from './SwitchDialog.tsx';

/** Says that the token or session may not see reviews, and how to get one that may. */
export function NoAccess({ viewer }: { viewer: Viewer }): ReactNode {
  const { session } = usePage();
  const isToken = !viewer.sessionId;
  return (
    <main className="no-access">
      <h2>{isToken ? "This token can't read reviews" : "You can't read reviews"}</h2>
      <p>
        You are signed in as <AccountName account={viewer} />, with{' '}
        {viewer.scopes.length === 0 ? (
          `a ${isToken ? 'token' : 'session'} that has no scopes`
        ) : (
          <>
            a {isToken ? 'token' : 'session'} that only has <code>{viewer.scopes.join(' ')}</code>
          </>
        )}
        . This page needs <code>review:decide</code>, or <code>review:read</code> to look without
        deciding.
      </p>
      {isToken ? (
        <>
          <p>
            Ask whoever runs Holdpoint for such a token, or create one on the server, with your own
            name after <code>--as</code>:
          </p>
          <pre>
            holdpoint token create --workspace <VisibleText text={shellWord(viewer.userId)} /> --as
            ada --scope review:decide
          </pre>
          <p className="muted">
            In a clone, write <code>npm run -s holdpoint --</code> instead of <code>holdpoint</code>
            .
          </p>
        </>
      ) : (
        <p>Ask whoever runs Holdpoint for a group that has it, and sign in again.</p>
      )}
      <div className="actions">
        <button
          type="button"
          className="button primary"
          onClick={() => void session.signOut().catch(() => {})}
        >
          {isToken ? 'Sign in with another token' : 'Sign out'}
        </button>
      </div>
    </main>
  );
}

/** A text as one word of a shell command. */
const shellWord = (text: string): string =>
  /^[\w.:@/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
