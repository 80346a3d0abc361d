import { hasScope, type Scope } from '@holdpoint/client';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useNow } from '../data/clock.ts';
import { useQuery } from '../data/useQuery.ts';
import type { Viewer } from '../data/useViewer.ts';
import {
  ApiTokensDocument,
  type ApiTokensQuery,
  CreateApiTokenDocument,
  RevokeApiTokenDocument,
} from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { Problem } from './Problem.tsx';
import { useChange } from './useChange.ts';

const DAY_MS = 86_400_000;
/** What a token of somebody else than its creator may have. */
const othersMay = ['review:request', 'review:read'];
const days = [7, 30, 90, 365];

type Token = ApiTokensQuery['apiTokens'][number];

/** API tokens: created, with the secret shown once, and revoked. */
export function TokensPage({ viewer }: { viewer: Viewer }): ReactNode {
  const { data, error, reload } = useQuery(ApiTokensDocument, {});
  const { isDisabled, problem, change } = useChange();
  const [isCreating, setCreating] = useState(false);
  const [isAllShown, setAllShown] = useState(false);
  const [revokingAllOf, setRevokingAllOf] = useState<string | null>(null);
  const now = useNow();
  const isActive = ({ revokedAt, expiresAt }: Token): boolean =>
    revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now);
  const tokens = data?.apiTokens ?? [];
  const shown = isAllShown ? tokens : tokens.filter(isActive);
  const activeOf = (actor: string) =>
    tokens.filter((token) => token.actor === actor && isActive(token));

  const revoke = async ({ apiTokenId, actor }: Token) => {
    await change(RevokeApiTokenDocument, { apiTokenId }, `Revoked a token of ${actor}`);
    reload();
  };
  const revokeAll = async (actor: string) => {
    const active = activeOf(actor);
    for (const { apiTokenId } of active) {
      const done = `Revoked ${count(active.length, 'token')} of ${actor}`;
      if (!(await change(RevokeApiTokenDocument, { apiTokenId }, done))) break;
    }
    setRevokingAllOf(null);
    reload();
  };
  return (
    <>
      <Problem text={error ?? problem} />
      <div className="settings-tools">
        <label className="choice">
          <input
            type="checkbox"
            checked={isAllShown}
            onChange={({ target }) => setAllShown(target.checked)}
          />
          Show expired and revoked tokens
        </label>
        <button type="button" className="button primary" onClick={() => setCreating(true)}>
          Create a token…
        </button>
      </div>
      <ul className="entries">
        {shown.map((token) => (
          <li key={token.apiTokenId} className="entry" data-off={isActive(token) ? undefined : ''}>
            <div className="entry-text">
              <p>
                <strong>
                  <VisibleText text={token.actor} />
                </strong>{' '}
                {token.scopes.map((scope) => (
                  <span key={scope} className="tag">
                    {scope}
                  </span>
                ))}
                {token.revokedAt !== null && <span className="tag bad">revoked</span>}
              </p>
              <p className="muted">
                {token.lastUsedAt === null ? (
                  'never used'
                ) : (
                  <>
                    last used <Age since={token.lastUsedAt} /> ago
                  </>
                )}
                , created <Age since={token.createdAt} /> ago
                {token.createdBy !== null && (
                  <>
                    {' '}
                    by <VisibleText text={token.createdBy} />
                  </>
                )}
                {token.revokedAt === null &&
                  (token.expiresAt === null
                    ? ', never expires'
                    : `, ${isActive(token) ? 'expires' : 'expired'} ${new Date(token.expiresAt).toLocaleDateString()}`)}
              </p>
            </div>
            {isActive(token) && (
              <>
                <button
                  type="button"
                  className="button small danger"
                  disabled={isDisabled}
                  onClick={() => void revoke(token)}
                >
                  Revoke<span className="visually-hidden"> this token of {token.actor}</span>
                </button>
                {activeOf(token.actor).length > 1 && (
                  <button
                    type="button"
                    className="button small quiet"
                    onClick={() => setRevokingAllOf(token.actor)}
                  >
                    All of <VisibleText text={token.actor} />…
                  </button>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      {data && shown.length === 0 && <p className="muted">No tokens</p>}
      {isCreating && (
        <CreateDialog
          viewer={viewer}
          onClose={() => {
            setCreating(false);
            reload();
          }}
        />
      )}
      {revokingAllOf !== null && (
        <Modal
          title={`Revoke all tokens of ${revokingAllOf}?`}
          onClose={() => setRevokingAllOf(null)}
        >
          <p>
            {count(activeOf(revokingAllOf).length, 'token')} will stop working. To end sessions and
            delegations too, disable the member.
          </p>
          <div className="actions">
            <button
              type="button"
              className="button danger solid"
              disabled={isDisabled}
              onClick={() => void revokeAll(revokingAllOf)}
            >
              Revoke all
            </button>
            <button type="button" className="button" onClick={() => setRevokingAllOf(null)}>
              Cancel
            </button>
          </div>
        </Modal>
      )}
    </>
  );
}

function CreateDialog({ viewer, onClose }: { viewer: Viewer; onClose(): void }): ReactNode {
  const { isDisabled, problem, change } = useChange();
  const [actor, setActor] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>(othersMay.slice(0, 1));
  const [lifetime, setLifetime] = useState(90);
  const [secret, setSecret] = useState<string | null>(null);
  const isOwn = actor.trim() === viewer.actor;
  const possible = (isOwn ? viewer.scopes : othersMay).filter((scope) =>
    hasScope(viewer.scopes, scope as Scope),
  );
  const scopes = chosen.filter((scope) => possible.includes(scope));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expiresAt = new Date(Date.now() + lifetime * DAY_MS).toISOString();
    const input = { actor: actor.trim(), scopes, expiresAt };
    const answer = await change(CreateApiTokenDocument, input, `Created a token of ${input.actor}`);
    if (answer?.__typename === 'CreateApiTokenPayload') setSecret(answer.secret);
  };
  if (secret !== null) {
    const copy = () =>
      navigator.clipboard.writeText(secret).then(
        () => announce('Copied the token'),
        () => announce('Copying is blocked by the browser'),
      );
    return (
      <Modal title="Copy the new token now" onClose={onClose} isRequired>
        <p>It is shown only this once. Whoever has it acts as {actor.trim()}.</p>
        <input
          className="mono secret"
          type="text"
          readOnly
          aria-label="The new token"
          value={secret}
          onFocus={({ target }) => target.select()}
        />
        <div className="actions">
          <button type="button" className="button primary" onClick={() => void copy()}>
            Copy
          </button>
          <button type="button" className="button" onClick={onClose}>
            Done
          </button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal title="Create a token" onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <Problem text={problem} />
        <label>
          Acts as
          <input
            type="text"
            required
            placeholder="my-agent"
            value={actor}
            onChange={({ target }) => setActor(target.value)}
          />
        </label>
        <fieldset className="choices">
          <legend>Scopes</legend>
          {possible.map((scope) => (
            <label key={scope}>
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={({ target }) =>
                  setChosen(
                    target.checked ? [...chosen, scope] : chosen.filter((one) => one !== scope),
                  )
                }
              />
              <code>{scope}</code>
            </label>
          ))}
        </fieldset>
        <p className="muted">
          You can give others than yourself ({viewer.actor}) only {othersMay.join(' and ')}, and
          only if you have them.
        </p>
        <label>
          Expires after
          <select value={lifetime} onChange={({ target }) => setLifetime(Number(target.value))}>
            {days.map((amount) => (
              <option key={amount} value={amount}>
                {count(amount, 'day')}
              </option>
            ))}
          </select>
        </label>
        <div className="actions">
          <button
            type="submit"
            className="button primary"
            disabled={isDisabled || scopes.length === 0}
          >
            Create
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Modal>
  );
}
