import { hasScope } from '@holdpoint/client';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useIsAway, usePage } from '../data/page.ts';
import { isUnanswered, messageOf } from '../data/service.ts';
import { useQuery } from '../data/useQuery.ts';
import type { Viewer } from '../data/useViewer.ts';
import { PolicyDocument, SetPolicyDocument } from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { VisibleText } from '../payload/Text.tsx';
import { Difference } from './Difference.tsx';
import {
  type DraftRule,
  differenceOf,
  draftOf,
  inputOf,
  inputsOf,
  isSameRule,
  mergeOnto,
  modeNames,
  newRule,
  type PolicyDraft,
  type PolicyVersion,
  savedInputs,
} from './draft.ts';
import type { FieldProblem } from './ExpressionField.tsx';
import { PreviewPart } from './PreviewPart.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import { RuleView } from './RuleView.tsx';
import { SavePart } from './SavePart.tsx';
import { type Example, firstExample, TestPart } from './TestPart.tsx';
import { useEvaluator } from './useEvaluator.ts';
import { VersionsPart } from './VersionsPart.tsx';

/** The rules of the workspace: to read, to try, and to change. */
export default function PolicyPage({ viewer }: { viewer: Viewer }): ReactNode {
  const { data, error, reload } = useQuery(PolicyDocument, {});
  if (error && !data) {
    return (
      <div className="actions">
        <p className="banner bad" role="alert">
          {error}
        </p>
        <button type="button" className="button" onClick={reload}>
          Try again
        </button>
      </div>
    );
  }
  if (!data) return <div className="review-loading" role="status" aria-label="Loading" />;
  return <LoadedPolicy newest={data.policy} viewer={viewer} />;
}

type Issue = { path: string; message: string };

function LoadedPolicy(props: { newest: PolicyVersion | null; viewer: Viewer }): ReactNode {
  const { viewer } = props;
  const page = usePage();
  const isAway = useIsAway();
  const mayManage = viewer.scopes.includes('policy:manage');
  const mayRead = hasScope(viewer.scopes, 'review:read');
  const [newest, setNewest] = useState(props.newest);
  const [draft, setDraft] = useState(() => page.policyDraft.current ?? draftOf(newest));
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [example, setExample] = useState(firstExample);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  /** The version that somebody else has saved meanwhile. */
  const [theirs, setTheirs] = useState<PolicyVersion | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const save = useRef<HTMLElement>(null);
  const adding = useRef<HTMLButtonElement>(null);
  const rulesList = useRef<HTMLUListElement>(null);

  const change = (part: Partial<PolicyDraft>) => {
    const changed = { ...draft, ...part };
    page.policyDraft.current = changed;
    setDraft(changed);
    setIssues([]);
  };
  const changeRule = (key: number, part: Partial<DraftRule>) =>
    change({ rules: draft.rules.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  const replace = (next: PolicyDraft, isChanged: boolean) => {
    page.policyDraft.current = isChanged ? next : null;
    setDraft(next);
    setIssues([]);
    setProblem(null);
  };
  const toggle = (key: number, isOpen: boolean) => {
    const next = new Set(open);
    next[isOpen ? 'add' : 'delete'](key);
    setOpen(next);
  };

  const saved = savedInputs(draft.base);
  const inputs = inputsOf(draft.rules);
  const isChanged =
    draft.base === null
      ? inputs.length > 0
      : draft.mode !== draft.base.mode || differenceOf(saved, inputs).length > 0;
  const problems = useRuleProblems(draft.rules, mayManage);
  const faulty = problems.size;

  const send = async () => {
    setSending(true);
    setProblem(null);
    setIssues([]);
    try {
      const input = {
        rules: inputs,
        mode: draft.mode,
        basedOnVersion: draft.base?.version ?? 0,
        note: draft.note.trim() || null,
      };
      const { setPolicy: answer } = await page.service.request(SetPolicyDocument, { input });
      switch (answer.__typename) {
        case 'SetPolicyPayload':
          setNewest(answer.policy);
          setTheirs(null);
          setOpen(new Set());
          replace(draftOf(answer.policy), false);
          announce(`Saved as version ${answer.policy.version}`);
          break;
        case 'PolicyConflictError':
          setTheirs(answer.policy);
          break;
        default:
          setIssues(answer.issues);
          setProblem('The policy was not saved. See what is wrong at its rules.');
          setOpen(new Set([...open, ...keysWith(answer.issues, draft.rules)]));
      }
    } catch (error) {
      setProblem(
        isUnanswered(error)
          ? 'The connection was lost, so this may or may not have been saved. Reload to see.'
          : messageOf(error),
      );
    }
    setSending(false);
  };
  const goBack = (version: PolicyVersion) => {
    const { rules, mode } = draftOf(version);
    const note = `Back to version ${version.version}`;
    replace({ base: newest, rules, mode, note }, true);
    announce(`The draft has the rules of version ${version.version}. Save it to go back.`);
    save.current?.focus();
    save.current?.scrollIntoView({ block: 'start' });
  };

  const obstacle = isAway
    ? "Holdpoint can't be reached."
    : faulty > 0
      ? `${count(faulty, 'rule')} can't be saved yet.`
      : isChanged
        ? null
        : 'Change something first.';
  const payload = parsed(example.payload);
  return (
    <>
      <PolicyStatus newest={newest} mayManage={mayManage} />
      {theirs && (
        <Conflict
          theirs={theirs}
          draft={draft}
          onMerge={() => {
            setNewest(theirs);
            replace(mergeOnto(theirs, draft), true);
            setTheirs(null);
            announce('Their changes are in your draft. Look at the difference, then save it.');
          }}
          onDiscard={() => {
            setNewest(theirs);
            replace(draftOf(theirs), false);
            setTheirs(null);
          }}
        />
      )}
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      {issues
        .filter(({ path }) => !/^input\.rules\.\d/.test(path))
        .map(({ path, message }) => (
          <p key={path} className="banner bad" role="alert">
            {path.replace(/^input\./, '')}: {message}
          </p>
        ))}
      <section className="policy-part" aria-labelledby="policy-rules">
        <h3 id="policy-rules">Rules</h3>
        <p className="muted">
          All rules are evaluated, and the strictest effect wins: deny, then review, then allow. If
          none applies, a person is asked.
        </p>
        <ul className="rules" ref={rulesList}>
          {draft.rules.map((rule, at) => {
            const input = inputs[at] ?? inputOf(rule);
            const before = saved.find(({ ruleId }) => ruleId === input.ruleId);
            return (
              <li key={rule.key}>
                {open.has(rule.key) ? (
                  <RuleEditor
                    rule={rule}
                    problem={problems.get(rule.key)?.when ?? null}
                    issues={[problems.get(rule.key)?.name ?? [], issuesOf(issues, at)].flat()}
                    payload={payload}
                    onChange={(part) => changeRule(rule.key, part)}
                    onDone={() => {
                      flushSync(() => toggle(rule.key, false));
                      rulesList.current?.children[at]?.querySelector('button')?.focus();
                    }}
                  />
                ) : (
                  <RuleView
                    rule={input}
                    isChanged={draft.base !== null && !(before && isSameRule(before, input))}
                  >
                    {mayManage && (
                      <>
                        <button
                          type="button"
                          className="button small"
                          onClick={() => toggle(rule.key, true)}
                        >
                          Edit<span className="visually-hidden"> {rule.ruleId}</span>
                        </button>
                        <button
                          type="button"
                          className="button small quiet"
                          onClick={() => {
                            change({ rules: draft.rules.filter((one) => one !== rule) });
                            adding.current?.focus();
                          }}
                        >
                          Remove<span className="visually-hidden"> {rule.ruleId}</span>
                        </button>
                      </>
                    )}
                  </RuleView>
                )}
              </li>
            );
          })}
        </ul>
        {draft.rules.length === 0 && <p className="muted">No rules: a person is always asked.</p>}
        {mayManage && (
          <div className="actions">
            <button
              type="button"
              className="button"
              ref={adding}
              onClick={() => {
                const rule = newRule();
                change({ rules: [...draft.rules, rule] });
                toggle(rule.key, true);
              }}
            >
              Add a rule
            </button>
          </div>
        )}
      </section>
      <section className="policy-part" aria-labelledby="policy-test">
        <h3 id="policy-test">Test a request</h3>
        <TestPart
          rules={inputs}
          example={example}
          onChange={(part: Partial<Example>) => setExample({ ...example, ...part })}
          mayRead={mayRead}
        />
      </section>
      {mayManage && mayRead && (
        <section className="policy-part" aria-labelledby="policy-preview">
          <h3 id="policy-preview">Try the rules on past requests</h3>
          <p className="muted">
            As they were requested, whatever became of them. This changes nothing.
          </p>
          <PreviewPart rules={inputs} button="Try them" />
        </section>
      )}
      {mayManage && mayRead && newest?.mode === 'SHADOW' && (
        <section className="policy-part" aria-labelledby="policy-shadow">
          <h3 id="policy-shadow">Shadow compared with people</h3>
          <p className="muted">
            What version {newest.version} would have done since it was saved, and what people
            decided meanwhile.
          </p>
          <PreviewPart
            rules={savedInputs(newest)}
            from={newest.createdAt}
            button="Compare with people"
          />
        </section>
      )}
      {mayManage && (
        <section className="policy-part" aria-labelledby="policy-save" ref={save} tabIndex={-1}>
          <h3 id="policy-save">Review and save</h3>
          <SavePart
            draft={draft}
            isSending={isSending}
            obstacle={obstacle}
            onChange={change}
            onSave={() => void send()}
            onDiscard={() => {
              setOpen(new Set());
              replace(draftOf(newest), false);
            }}
          />
        </section>
      )}
      {newest && (
        <section className="policy-part" aria-labelledby="policy-history">
          <h3 id="policy-history">History</h3>
          <VersionsPart
            newest={newest}
            rules={savedInputs(newest)}
            onGoBack={mayManage ? goBack : undefined}
          />
        </section>
      )}
    </>
  );
}

type StatusProps = { newest: PolicyVersion | null; mayManage: boolean };

function PolicyStatus({ newest, mayManage }: StatusProps): ReactNode {
  if (newest === null) {
    return (
      <p>
        There is no policy yet, so agents decide what they ask about.
        {!mayManage && ' A policy is saved by somebody with the scope policy:manage.'}
      </p>
    );
  }
  const { mode, version, createdBy, createdAt, note } = newest;
  return (
    <div className="policy-status">
      <p>
        <span className="mode" data-mode={mode}>
          {modeNames[mode]}
        </span>
        <strong>Version {version}</strong>, saved by <VisibleText text={createdBy} />{' '}
        <Age since={createdAt} /> ago
        {!mayManage && ', read-only'}
      </p>
      {note !== null && (
        <p className="muted">
          <VisibleText text={note} lines />
        </p>
      )}
    </div>
  );
}

type ConflictProps = {
  theirs: PolicyVersion;
  draft: PolicyDraft;
  onMerge(): void;
  onDiscard(): void;
};

/** Somebody else was faster: what they changed, and how to go on. */
function Conflict({ theirs, draft, onMerge, onDiscard }: ConflictProps): ReactNode {
  const changes = differenceOf(savedInputs(draft.base), savedInputs(theirs));
  const banner = useRef<HTMLElement>(null);
  useEffect(() => banner.current?.focus(), []);
  return (
    <section className="banner warn" role="alert" ref={banner} tabIndex={-1}>
      <p>
        <strong>
          <VisibleText text={theirs.createdBy} /> saved version {theirs.version} meanwhile.
        </strong>{' '}
        Nothing was saved, and your draft is kept. This is what they changed:
      </p>
      {theirs.note !== null && (
        <p>
          <VisibleText text={theirs.note} lines />
        </p>
      )}
      {changes.length === 0 && theirs.mode === draft.base?.mode && <p>No rule and no mode</p>}
      {theirs.mode !== draft.base?.mode && <p>The mode is now {modeNames[theirs.mode]}.</p>}
      <Difference changes={changes} />
      <div className="actions">
        <button type="button" className="button primary" onClick={onMerge}>
          Add their changes to my draft
        </button>
        <button type="button" className="button" onClick={onDiscard}>
          Discard my draft
        </button>
      </div>
      <p className="muted">A rule that both of you changed stays as in your draft.</p>
    </section>
  );
}

/** Why a rule cannot be saved. An empty field says nothing, because it is not filled in yet. */
type RuleProblem = { name?: string; when?: FieldProblem };

/** What is wrong with the rules of a draft, as far as it can be known without the service. */
function useRuleProblems(
  rules: readonly DraftRule[],
  isWanted: boolean,
): ReadonlyMap<number, RuleProblem> {
  const evaluator = useEvaluator(isWanted);
  const names = rules.map(({ ruleId }) => ruleId.trim());
  return new Map(
    rules.flatMap(({ key, ruleId, when, effect }): [number, RuleProblem][] => {
      const name = ruleId.trim();
      if (name === '' || when.trim() === '') return [[key, {}]];
      if (!/^[a-z0-9-]{1,64}$/.test(name)) {
        return [[key, { name: 'The name must be 1 to 64 of a-z, 0-9 and hyphens.' }]];
      }
      if (names.indexOf(name) !== names.lastIndexOf(name)) {
        return [[key, { name: `There is another rule ${name}.` }]];
      }
      const found = evaluator?.checkRule(when, effect) ?? null;
      return found === null ? [] : [[key, { when: found }]];
    }),
  );
}

/** What the service says about the rule at this place. */
const issuesOf = (issues: readonly Issue[], at: number): string[] =>
  issues.flatMap(({ path, message }) => {
    const rule = `input.rules.${at}`;
    if (path === rule) return message;
    return path.startsWith(`${rule}.`) ? `${path.slice(rule.length + 1)}: ${message}` : [];
  });

const keysWith = (issues: readonly Issue[], rules: readonly DraftRule[]): number[] =>
  rules.flatMap(({ key }, at) => (issuesOf(issues, at).length > 0 ? key : []));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
