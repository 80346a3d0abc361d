import type { ReactNode } from 'react';
import { linesOf, misleads } from '../../../text/characters.ts';
import { count } from '../../parts/format.ts';
import type { Approval } from '../approval.ts';
import { CodeText } from '../CodeText.tsx';
import { isMisleadingNode, JsonTree } from '../JsonTree.tsx';
import { LineDiff } from '../LineDiff.tsx';
import { SafeLink } from '../SafeLink.tsx';
import { Facts, LongText, ShowMore, useShownCount } from '../Text.tsx';

const FIRST_STEPS = 100;
const FIRST_CONCERNS = 50;
/** A longer address is shown as text, which folds. */
const MAX_LINK_CHARACTERS = 500;

/** A plan, memory change or code in its own form. */
export function ApprovalView({ approval }: { readonly approval: Approval }): ReactNode {
  return (
    <div className="approval">
      {approval.kind === 'plan' && <PlanView plan={approval} />}
      {approval.kind === 'memory' && <MemoryView memory={approval} />}
      {approval.kind === 'code' && <CodeView approval={approval} />}
    </div>
  );
}

type Plan = Extract<Approval, { kind: 'plan' }>;
type PlanStep = Plan['steps'][number];
type PlanViewProps = { readonly plan: Plan };

/**
 * The steps of a plan in order, each with its objective, its capability and anything else in it.
 */
function PlanView({ plan }: PlanViewProps): ReactNode {
  const [shown, more] = useShownCount(plan.steps.length, FIRST_STEPS);
  return (
    <>
      <p className="part-title">
        {plan.steps.length === 0
          ? 'A plan without steps'
          : count(plan.steps.length, 'planned step')}
      </p>
      <ol className="plan-steps">
        {plan.steps.slice(0, shown).map(({ objective, capability, rest }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps never move
          <li key={at}>
            <p className="plan-objective">
              <LongText text={objective} lines />
            </p>
            <p className="plan-capability">
              <span className="muted">with</span>{' '}
              <code>
                <LongText text={capability} />
              </code>
            </p>
            {rest !== undefined && <JsonTree root={rest} label={`Also in step ${at + 1}`} />}
          </li>
        ))}
      </ol>
      <ShowMore
        shown={shown}
        total={plan.steps.length}
        what="step"
        onMore={more}
        of={plan.steps}
        hidesMisleading={plan.steps.slice(shown).some(isMisleadingStep)}
      />
      <Facts
        facts={[
          ['Plan file', plan.file],
          ['Plans directory', plan.directory],
        ]}
      />
    </>
  );
}

const isMisleadingStep = ({ objective, capability, rest }: PlanStep): boolean =>
  misleads(objective) || misleads(capability) || (rest !== undefined && isMisleadingNode(rest));

type MemoryViewProps = { readonly memory: Extract<Approval, { kind: 'memory' }> };

/** A memory change: old and new text side by side, the text to delete, or the new text alone. */
function MemoryView({ memory }: MemoryViewProps): ReactNode {
  const { type, operation, objective, content, existing, user } = memory;
  const deletes = operation.trim().toLowerCase() === 'delete';
  const isConsistent = type === `memory_${operation}`;
  return (
    <>
      <p className="approval-head">
        <span className={deletes ? 'tag bad' : 'tag accent'}>
          <LongText text={operation} maxCharacters={200} />
        </span>{' '}
        a memory
      </p>
      {!isConsistent && (
        <p className="notice warns" role="note">
          The operation is ambiguous: operation_type is “
          <LongText text={operation} maxCharacters={200} />” but approval_type is “
          <LongText text={type} maxCharacters={200} />
          ”.
        </p>
      )}
      <Facts
        facts={[
          ['Objective', objective],
          ['User', user],
        ]}
      />
      {existing !== '' && !deletes ? (
        <LineDiff
          before={existing}
          after={content}
          beforeName="Current"
          afterName="New"
          fallback={<SideBySide existing={existing} content={content} />}
        />
      ) : (
        <>
          {existing !== '' && <Block title="Current" text={existing} />}
          <Block title={deletes ? 'To be deleted' : 'New'} text={content} />
        </>
      )}
    </>
  );
}

function SideBySide({ existing, content }: { existing: string; content: string }): ReactNode {
  return (
    <div className="side-by-side">
      <Block title="Current" text={existing} />
      <Block title="New" text={content} />
    </div>
  );
}

function Block({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <div>
      <p className="part-title">{title}</p>
      <p className="text-block">
        {text === '' ? (
          <span className="tag">empty string</span>
        ) : (
          <LongText text={text} lines maxLines={60} />
        )}
      </p>
    </div>
  );
}

type CodeViewProps = { readonly approval: Extract<Approval, { kind: 'code' }> };

/** Code that will run: its mode and safety concerns first, then the code. */
function CodeView({ approval }: CodeViewProps): ReactNode {
  const { code, mode, concerns, objective, reasoning, notebook, folder } = approval;
  return (
    <>
      <p className="approval-head">
        Runs Python, mode:{' '}
        <span className={mode === 'readonly' || mode === 'simulation' ? 'tag accent' : 'tag warns'}>
          {mode === '' ? 'empty' : <LongText text={mode} maxCharacters={200} />}
        </span>
      </p>
      <Concerns concerns={concerns} />
      <Facts
        facts={[
          ['Objective', objective],
          ['Why approval is needed', reasoning],
          ['Working folder', folder],
        ]}
      />
      {notebook !== undefined && (
        <p className="notebook">
          Notebook:{' '}
          {notebook.length <= MAX_LINK_CHARACTERS ? (
            <SafeLink href={notebook}>{notebook}</SafeLink>
          ) : (
            <LongText text={notebook} />
          )}
        </p>
      )}
      <p className="part-title">
        Code, {count(linesOf(code).length, 'line')}, {count(code.length, 'character')}
      </p>
      <CodeText code={code} label="The code that will run" language="python" />
    </>
  );
}

function Concerns({ concerns }: { concerns: readonly string[] }): ReactNode {
  const [shown, more] = useShownCount(concerns.length, FIRST_CONCERNS);
  if (concerns.length === 0) return <p className="muted">The agent reports no safety concerns.</p>;
  return (
    <div className="notice warns concerns">
      <p>{count(concerns.length, 'safety concern')}</p>
      <ul>
        {concerns.slice(0, shown).map((concern, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: concerns may repeat
          <li key={at}>
            {concern === '' ? (
              <span className="tag">empty string</span>
            ) : (
              <LongText text={concern} lines />
            )}
          </li>
        ))}
      </ul>
      <ShowMore
        shown={shown}
        total={concerns.length}
        what="safety concern"
        onMore={more}
        of={concerns}
        hidesMisleading={concerns.slice(shown).some((concern) => misleads(concern))}
      />
    </div>
  );
}
