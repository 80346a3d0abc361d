import { Tabs } from '@base-ui/react/tabs';
import { type ReactNode, useMemo, useState } from 'react';
import { ApprovalView } from '../approval/ApprovalView.tsx';
import { type Approval, approvalOf, approvalTypeOf } from '../approval/approval.ts';
import { readJsonTree } from '../json/jsonTree.ts';
import { count } from '../text/count.ts';
import { LongText } from '../text/LongText.tsx';
import { JsonTree } from '../tree/JsonTree.tsx';
import { RawJson } from './RawJson.tsx';

type View = 'approval' | 'tree' | 'raw';

const approvalNames: Record<Approval['kind'], string> = {
  plan: 'Steps',
  memory: 'Memory',
  code: 'Code',
};

type Props = {
  /** The payload's exact JSON text. */
  readonly text: string;
  /**
   * `PendingReview.approval`: null where the service found that the payload fits no kind. Undefined
   * where it was not asked. What is shown is read from the text, which is what runs.
   */
  readonly approval?: object | null | undefined;
};

/** Everything that a payload holds: in the form of its kind if it has one, as a tree, as raw JSON. */
export function Payload({ text, approval }: Props): ReactNode {
  const root = useMemo(() => readJsonTree(text), [text]);
  const typed = useMemo(() => (approval === null ? undefined : approvalOf(root)), [root, approval]);
  const [chosen, setChosen] = useState<View>();
  const fallback = typed === undefined ? 'tree' : 'approval';
  const view =
    chosen === undefined || (chosen === 'approval' && typed === undefined) ? fallback : chosen;
  const type = approvalTypeOf(root);
  return (
    <Tabs.Root className="payload" value={view} onValueChange={(value: View) => setChosen(value)}>
      <div className="payload-head">
        <Tabs.List className="view-switch" aria-label="How the payload is shown">
          {typed !== undefined && <Tabs.Tab value="approval">{approvalNames[typed.kind]}</Tabs.Tab>}
          <Tabs.Tab value="tree">Tree</Tabs.Tab>
          <Tabs.Tab value="raw">Raw JSON</Tabs.Tab>
        </Tabs.List>
        <span className="muted">{count(text.length, 'character')}</span>
      </div>
      {type !== undefined && typed === undefined && (
        <p className="notice" role="note">
          It calls itself “<LongText text={type} maxCharacters={200} />” but is not of a form that
          is known for that: it is shown as it is.
        </p>
      )}
      {typed !== undefined && (
        <Tabs.Panel value="approval">
          <ApprovalView key={text} approval={typed} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="tree">
        <JsonTree key={text} root={root} label="Payload as a tree" />
      </Tabs.Panel>
      <Tabs.Panel value="raw">
        <RawJson key={text} root={root} text={text} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}
