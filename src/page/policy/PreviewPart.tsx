import { type ReactNode, useState } from 'react';
import { usePage } from '../data/page.ts';
import { messageOf } from '../data/service.ts';
import { PreviewPolicyDocument } from '../generated/graphql.ts';
import type { RuleInput } from './draft.ts';
import { type Preview, PreviewResult } from './PreviewResult.tsx';

const DAY_MS = 86_400_000;
const ranges = { '7': 'Last 7 days', '30': 'Last 30 days', '': 'All requests' } as const;

type Props = {
  rules: readonly RuleInput[];
  /** Only requests from then on. Absent: it can be chosen. */
  from?: string;
  button: string;
};

/** Runs rules over past requests and shows the result. */
export function PreviewPart({ rules, from, button }: Props): ReactNode {
  const { service } = usePage();
  const [days, setDays] = useState<keyof typeof ranges>('30');
  const [state, setState] = useState<{ preview?: Preview; problem?: string; of?: string }>({});
  const [isRunning, setRunning] = useState(false);
  const key = JSON.stringify([rules, from ?? days]);

  const run = async () => {
    setRunning(true);
    const since = days === '' ? null : new Date(Date.now() - Number(days) * DAY_MS).toISOString();
    try {
      const input = { rules: [...rules], range: { from: from ?? since } };
      const { previewPolicy: answer } = await service.request(PreviewPolicyDocument, { input });
      setState(
        answer.__typename === 'PolicyPreview'
          ? { preview: answer, of: key }
          : { problem: answer.message },
      );
    } catch (error) {
      setState({ problem: messageOf(error) });
    }
    setRunning(false);
  };
  return (
    <>
      <div className="actions">
        {from === undefined && (
          <label>
            <span className="visually-hidden">Which requests</span>
            <select
              value={days}
              onChange={({ target }) => setDays(target.value as keyof typeof ranges)}
            >
              {Object.entries(ranges).map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="button" className="button" aria-busy={isRunning} onClick={() => void run()}>
          {isRunning ? 'Looking…' : button}
        </button>
      </div>
      <div aria-live="polite">
        {state.problem !== undefined && <p className="banner bad">{state.problem}</p>}
        {state.preview && state.of !== key && (
          <p className="muted">The rules or the time have changed since: run it again.</p>
        )}
        {state.preview && <PreviewResult preview={state.preview} />}
      </div>
    </>
  );
}
