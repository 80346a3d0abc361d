import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import { usePage } from '../data/page.ts';
import type { SessionState } from '../data/session.ts';
import { canSignIn, signInUrl } from '../data/signInUrl.ts';
import mark from '../mark.svg';
import { Modal } from '../parts/Modal.tsx';

type Props = {
  session: SessionState;
  /** Why the last token or session was refused, or null if there was none. */
  reason: string | null;
  /** Whether it is a dialog over the page, which keeps everything that was typed. */
  isOverPage: boolean;
};

/** Asks people to sign in, on its own page or over the page if the previous session has ended. */
export function SignIn({ session, reason, isOverPage }: Props): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  const ways = canSignIn ? (
    <>
      <Reason text={reason} />
      <a
        className="button primary"
        ref={link}
        href={signInUrl()}
        target={isOverPage ? '_blank' : undefined}
        rel="noopener"
      >
        Sign in
      </a>
      <details className="other-way">
        <summary>Use a token instead</summary>
        <TokenForm field={field} submit="Use token" />
        {!isOverPage && <TokenHelp />}
      </details>
    </>
  ) : (
    <>
      <Reason text={reason} />
      <TokenForm field={field} submit="Sign in" />
      {!isOverPage && <TokenHelp />}
    </>
  );
  if (isOverPage) {
    const focus = canSignIn ? link : field;
    return (
      <Modal title="Sign in again" isRequired onClose={() => {}} firstFocus={focus}>
        <p>
          Nothing on this page is lost, including what you have typed.
          {canSignIn && ' Signing in opens another tab; then continue here.'}
        </p>
        {ways}
      </Modal>
    );
  }
  return (
    <main className="sign-in">
      <Brand />
      <p>AI agents ask here before they act.</p>
      {session.status === 'signed out' && session.identityProviderUrl && (
        <p className="banner">
          You are signed out of Holdpoint.{' '}
          <a href={session.identityProviderUrl}>Sign out of the identity provider too</a>
        </p>
      )}
      {ways}
    </main>
  );
}

/** Shown while it is not known whether somebody is signed in. */
export const Splash = (): ReactNode => (
  <main className="sign-in" aria-busy="true">
    <Brand />
    <p role="status">Loading…</p>
  </main>
);

const Brand = (): ReactNode => (
  <>
    <img src={mark} alt="" width="48" height="48" />
    <h1>Holdpoint</h1>
  </>
);

const Reason = ({ text }: { text: string | null }): ReactNode =>
  text !== null && (
    <p className="banner bad" role="alert">
      {text}
    </p>
  );

const TokenHelp = (): ReactNode => (
  <div className="muted">
    <p>
      Open the link that <code>npm start</code> prints, or create a token on the server:
    </p>
    <pre>holdpoint token create --workspace demo --as ada --scope review:decide</pre>
    <p>
      In a clone, write <code>npm run -s holdpoint --</code> instead of <code>holdpoint</code>.
    </p>
  </div>
);

type FormProps = { field: React.RefObject<HTMLInputElement | null>; submit: string };

function TokenForm({ field, submit: submitText }: FormProps): ReactNode {
  const { session } = usePage();
  const [token, setToken] = useState('');
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A sign-in link may be pasted instead of a token.
    const text = token.trim();
    const given = /#token=([^&\s]+)/.exec(text)?.[1] ?? text.replace(/^Bearer\s+/i, '');
    if (given !== '') session.signIn(given);
  };
  return (
    <form className="token-form" onSubmit={submit}>
      <label htmlFor={id}>Token</label>
      <input
        id={id}
        ref={field}
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="Paste a token or a sign-in link"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <button type="submit" className="button primary" disabled={token.trim() === ''}>
        {submitText}
      </button>
    </form>
  );
}
