import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import mark from '../mark.svg';
import { Modal } from '../parts/Modal.tsx';
import { usePage } from '../state/page.ts';

type Props = {
  /** What the service said of the last token; null: there was none. */
  reason: string | null;
  /** Whether the page stays behind it, with all that was typed. */
  isOverPage: boolean;
};

/** Asks for a token: on a page of its own, or over the page where a token has ended. */
export function SignIn({ reason, isOverPage }: Props): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  if (isOverPage) {
    return (
      <Modal title="Sign in again" isFirm onClose={() => {}} firstFocus={field}>
        <p>Everything on this page stays as it is, what you have typed as well.</p>
        <TokenForm reason={reason} field={field} />
      </Modal>
    );
  }
  return (
    <main className="sign-in">
      <img src={mark} alt="" width="48" height="48" />
      <h1>Holdpoint</h1>
      <p>Where an AI agent waits until a person has said go on.</p>
      <TokenForm reason={reason} field={field} />
      <div className="muted">
        <p>
          Open the link that <code>npm start</code> prints, or make a token where the service runs:
        </p>
        <pre>holdpoint token create --user you --actor your-name --scope review:decide</pre>
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
    // A pasted link holds the token as well.
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
