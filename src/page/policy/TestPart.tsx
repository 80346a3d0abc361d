import { printJson, readJsonTree } from '@holdpoint/client/json';
import { type ReactNode, useState } from 'react';
import { usePage } from '../data/page.ts';
import { messageOf } from '../data/service.ts';
import type { Risk } from '../generated/graphql.ts';
import { namesIn, namesText } from '../parts/names.ts';
import { RiskBadge, riskNames } from '../parts/RiskBadge.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { type RuleInput, requirementsText } from './draft.ts';
import type { Subject, Verdict } from './evaluator.ts';
import { EffectBadge } from './RuleView.tsx';
import { useEvaluator } from './useEvaluator.ts';

/** A request to try rules on. */
export type Example = {
  nodeId: string;
  graphId: string;
  requestedBy: string;
  headline: string;
  tags: string;
  risk: Risk | null;
  payload: string;
  /** What has no field: as it is in the review that the example was taken from. */
  rest: Pick<Subject, 'kind' | 'graphVersion' | 'graphExecId' | 'consumers' | 'instructions'>;
};

export const firstExample: Example = {
  nodeId: 'refund',
  graphId: 'support',
  requestedBy: 'agent',
  headline: '',
  tags: '',
  risk: null,
  payload: '{\n  "to": "ada@example.com",\n  "amount": 501\n}',
  rest: {
    kind: 'ACTION',
    graphVersion: 1,
    graphExecId: 'test',
    consumers: [],
    instructions: null,
  },
};

type Props = {
  rules: readonly RuleInput[];
  example: Example;
  onChange(part: Partial<Example>): void;
  /** Whether a past review can be read. */
  mayRead: boolean;
};

/** What the rules say about a request that is typed here, or about an earlier one. */
export function TestPart({ rules, example, onChange, mayRead }: Props): ReactNode {
  const evaluator = useEvaluator();
  const invalid = problemOf(example.payload);
  const verdict =
    evaluator !== null && invalid === null
      ? evaluator.verdictOf(rules, {
          ...example.rest,
          nodeId: example.nodeId,
          graphId: example.graphId,
          requestedBy: example.requestedBy,
          headline: example.headline || null,
          tags: namesIn(example.tags),
          risk: example.risk,
          payload: example.payload,
          now: new Date(),
        })
      : null;
  const texts = [
    ['nodeId', 'Step'],
    ['graphId', 'Workflow'],
    ['requestedBy', 'Agent'],
    ['headline', 'Headline'],
    ['tags', 'Tags, comma-separated'],
  ] as const;
  return (
    <div className="form test-part">
      {mayRead && <LoadReview onLoaded={onChange} />}
      <div className="form-row">
        {texts.map(([name, label]) => (
          <label key={name}>
            {label}
            <input
              type="text"
              value={example[name]}
              onChange={({ target }) => onChange({ [name]: target.value })}
            />
          </label>
        ))}
        <label>
          Risk, as the agent says
          <select
            value={example.risk ?? ''}
            onChange={({ target }) => onChange({ risk: (target.value || null) as Risk | null })}
          >
            <option value="">Not stated</option>
            {Object.entries(riskNames).map(([risk, name]) => (
              <option key={risk} value={risk}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label>
        Payload, as JSON
        <textarea
          rows={5}
          className="mono test-payload"
          spellCheck={false}
          aria-invalid={invalid !== null}
          value={example.payload}
          onChange={({ target }) => onChange({ payload: target.value })}
        />
      </label>
      <output className="test-result">
        {invalid !== null && <span className="problem">{invalid}</span>}
        {verdict !== null && <VerdictOfTest verdict={verdict} />}
      </output>
    </div>
  );
}

function VerdictOfTest({ verdict }: { verdict: Verdict }): ReactNode {
  const { effect, ruleIds, reasons, problems, approvalsRequired, risk } = verdict;
  const who = requirementsText(approvalsRequired);
  return (
    <>
      <span className="test-verdict">
        <EffectBadge effect={effect} />
        {effect === 'REVIEW' && <strong>by {who || '1 of anyone'}</strong>}
        {risk !== null && <RiskBadge risk={risk} />}
      </span>
      <span>
        {ruleIds.length === 0 ? (
          'No rule applies, so a person is asked.'
        ) : (
          <>
            Because of <VisibleText text={ruleIds.join(', ')} />
            {reasons.length > 0 && (
              <>
                : <VisibleText text={reasons.join('; ')} />
              </>
            )}
          </>
        )}
      </span>
      {problems.map(({ ruleId, message }) => (
        <span key={ruleId} className="test-problem">
          <code>
            <VisibleText text={ruleId} />
          </code>{' '}
          could not be evaluated: <VisibleText text={message} />
        </span>
      ))}
    </>
  );
}

/** Takes the example from a review. */
function LoadReview({ onLoaded }: { onLoaded(part: Partial<Example>): void }): ReactNode {
  const { details } = usePage();
  const [id, setId] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const load = async () => {
    setProblem(null);
    try {
      const review = await details.read(id.trim());
      if (review === null) return setProblem('There is no such review');
      const { nodeId, graphId, requestedBy, headline, tags, risk, originalPayload } = review;
      const { kind, graphVersion, graphExecId, consumers, instructions } = review;
      onLoaded({
        ...{ nodeId, graphId, requestedBy, risk },
        headline: headline ?? '',
        tags: namesText(tags),
        payload: printJson(readJsonTree(originalPayload), 2),
        rest: { kind, graphVersion, graphExecId, consumers, instructions },
      });
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <div className="form-line">
      <label>
        Take a request from a review (its ID)
        <input
          type="text"
          value={id}
          onChange={({ target }) => setId(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && id.trim() !== '') void load();
          }}
        />
      </label>
      <button
        type="button"
        className="button"
        disabled={id.trim() === ''}
        onClick={() => void load()}
      >
        Load
      </button>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function problemOf(payload: string): string | null {
  try {
    JSON.parse(payload);
    return null;
  } catch {
    return 'The payload is not valid JSON';
  }
}
