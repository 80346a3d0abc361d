import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import { usePage } from '../data/page.ts';
import mark from '../mark.svg';
import { Modal } from '../parts/Modal.tsx';

type Props = {
  /** Why the last token was refused, or null if there was none. */
  reason: string | null;
  /** Whether it is a dialog over the page, which keeps everything that was typed. */
  isOverPage: boolean;
};

/** Asks for a token, on its own page or over the page if the previous token has ended. */
export function SignIn({ reason, isOverPage }: Props): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  if (isOverPage) {
    return (
      <Modal title="Sign in again" isRequired onClose={() => {}} firstFocus={field}>
        <p>Nothing on this page is lost, including what you have typed.</p>
        <TokenForm reason={reason} field={field} />
      </Modal>
    );
  }
  return (
    <main className="sign-in">
      <img src={mark} alt="" width="48" height="48" />
      <h1>Holdpoint</h1>
      <p>AI agents ask here before they act.</p>
      <TokenForm reason={reason} field={field} />
      <div className="muted">
        <p>
          Open the link that <code>npm start</code> prints, or create a token on the server:
        </p>
        <pre>holdpoint token create --workspace demo --as ada --scope review:decide</pre>
        <p>
          In a clone, write <code>npm run -s holdpoint --</code> instead of <code>holdpoint</code>.
        </p>
      </div>
    </main>
  );
}

type FormProps = { reason: string | null; field: React.RefObject<HTMLInputElement | null> };

function TokenForm({ reason, field }: FormProps): ReactNode {
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
      {reason !== null && (
        <p className="banner bad" role="alert">
          {reason}
        </p>
      )}
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
        Sign in
      </button>
    </form>
  );
}
