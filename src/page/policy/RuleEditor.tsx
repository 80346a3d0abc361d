import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useQuery } from '../data/useQuery.ts';
import { MemberNamesDocument, type RuleEffect, TeamNamesDocument } from '../generated/graphql.ts';
import { riskNames } from '../parts/RiskBadge.tsx';
import { WantedFields } from '../parts/WantedFields.tsx';
import { type DraftRule, type DraftStep, effectNames, newKey } from './draft.ts';
import { ExpressionField, type FieldProblem } from './ExpressionField.tsx';

/** The service accepts at most these. */
const MAX_REQUIREMENTS = 5;
const MAX_STEPS = 10;

const effectTexts: Record<RuleEffect, string> = {
  ALLOW: 'nobody is asked',
  REVIEW: 'a person decides',
  DENY: 'nobody may approve it',
};

type Props = {
  rule: DraftRule;
  problem: FieldProblem | null;
  /** What else the service has found wrong with the rule. */
  issues: readonly string[];
  /** An example of a payload, whose fields are suggested. */
  payload: unknown;
  onChange(part: Partial<DraftRule>): void;
  onDone(): void;
};

/** The form of one rule. */
export function RuleEditor({ rule, problem, issues, payload, onChange, onDone }: Props): ReactNode {
  const { data: teams } = useQuery(TeamNamesDocument, {});
  const { data: members } = useQuery(MemberNamesDocument, { search: '' });
  const id = useId();
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);
  const { approvals, escalation } = rule;
  const changeStep = (key: number, part: Partial<DraftStep>) =>
    onChange({
      escalation: escalation.map((one) => (one.key === key ? { ...one, ...part } : one)),
    });
  return (
    <fieldset className="form rule-editor">
      <legend className="visually-hidden">Rule {rule.ruleId || 'without a name'}</legend>
      <datalist id={`${id}-people`}>
        {members?.members.map(({ actor, displayName }) => (
          <option key={actor} value={actor}>
            {displayName}
          </option>
        ))}
      </datalist>
      <datalist id={`${id}-teams`}>
        {teams?.teams.map(({ teamId, name }) => (
          <option key={teamId} value={teamId}>
            {name}
          </option>
        ))}
      </datalist>
      <div className="form-row">
        <label>
          Name: a-z, 0-9 and hyphens
          <input
            type="text"
            ref={name}
            value={rule.ruleId}
            maxLength={64}
            spellCheck={false}
            autoComplete="off"
            onChange={({ target }) => onChange({ ruleId: target.value })}
          />
        </label>
        <label>
          Effect
          <select
            value={rule.effect}
            onChange={({ target }) => onChange({ effect: target.value as RuleEffect })}
          >
            {(Object.keys(effectNames) as RuleEffect[]).map((effect) => (
              <option key={effect} value={effect}>
                {effectNames[effect]}: {effectTexts[effect]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Risk, at least
          <select
            value={rule.risk ?? ''}
            onChange={({ target }) =>
              onChange({ risk: (target.value || null) as DraftRule['risk'] })
            }
          >
            <option value="">As the agent says</option>
            {Object.entries(riskNames).map(([risk, name]) => (
              <option key={risk} value={risk}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ExpressionField
        label="Applies where this is true (CEL)"
        value={rule.when}
        onChange={(when) => onChange({ when })}
        problem={problem}
        payload={payload}
        placeholder='node == "refund" && payload.amount > 500'
      />
      <label>
        Reason: told to the agent if denied, to reviewers if asked
        <input
          type="text"
          value={rule.reason}
          maxLength={2_000}
          onChange={({ target }) => onChange({ reason: target.value })}
        />
      </label>
      {rule.effect === 'REVIEW' && (
        <>
          {approvals.map((wanted, at) => (
            <WantedFields
              key={wanted.key}
              wanted={wanted}
              number={at + 1}
              teams={teams?.teams ?? []}
              people={`${id}-people`}
              onChange={(part) =>
                onChange({
                  approvals: approvals.map((one) => (one === wanted ? { ...one, ...part } : one)),
                })
              }
              onRemove={() => onChange({ approvals: approvals.filter((one) => one !== wanted) })}
            />
          ))}
          {escalation.map(({ key, after, teams: teamNames, people }, at) => (
            <fieldset key={key} className="wanted">
              <legend className="visually-hidden">Escalation {at + 1}</legend>
              <label className="wanted-time">
                If nobody decides in
                <input
                  type="text"
                  placeholder="2h"
                  value={after}
                  onChange={({ target }) => changeStep(key, { after: target.value })}
                />
              </label>
              <label className="wanted-people">
                also ask these teams
                <input
                  type="text"
                  placeholder="comma-separated"
                  list={teamNames.includes(',') ? undefined : `${id}-teams`}
                  value={teamNames}
                  onChange={({ target }) => changeStep(key, { teams: target.value })}
                />
              </label>
              <label className="wanted-people">
                and these people
                <input
                  type="text"
                  placeholder="comma-separated"
                  list={people.includes(',') ? undefined : `${id}-people`}
                  value={people}
                  onChange={({ target }) => changeStep(key, { people: target.value })}
                />
              </label>
              <button
                type="button"
                className="button small quiet"
                onClick={() =>
                  onChange({ escalation: escalation.filter((one) => one.key !== key) })
                }
              >
                Remove<span className="visually-hidden"> escalation {at + 1}</span>
              </button>
            </fieldset>
          ))}
          <div className="actions">
            {approvals.length < MAX_REQUIREMENTS && (
              <button
                type="button"
                className="button small"
                onClick={() =>
                  onChange({
                    approvals: [...approvals, { key: newKey(), who: '*', people: '', count: 1 }],
                  })
                }
              >
                Require approvals
              </button>
            )}
            {escalation.length < MAX_STEPS && (
              <button
                type="button"
                className="button small"
                onClick={() =>
                  onChange({
                    escalation: [
                      ...escalation,
                      { key: newKey(), after: '', teams: '', people: '' },
                    ],
                  })
                }
              >
                Add an escalation
              </button>
            )}
            <label className="expiry">
              Expires after
              <input
                type="text"
                placeholder="never"
                value={rule.expiresAfter}
                onChange={({ target }) => onChange({ expiresAfter: target.value })}
              />
            </label>
          </div>
        </>
      )}
      {issues.map((issue) => (
        <p key={issue} className="problem" role="alert">
          {issue}
        </p>
      ))}
      <div className="actions">
        <button type="button" className="button" onClick={onDone}>
          Done
        </button>
      </div>
    </fieldset>
  );
}
