import { isBranch, type JsonNode, printJson } from '@holdpoint/client/json';
import { type ReactNode, useMemo } from 'react';
import { Diff } from '../Diff.tsx';
import { LineDiff } from '../LineDiff.tsx';
import { LongText } from '../Text.tsx';
import { type Found, membersOf, type View, without } from './view.ts';

/** The keys under which the old and the new value are. */
const pairs = [
  ['old_string', 'new_string'],
  ['old_str', 'new_str'],
  ['oldText', 'newText'],
  ['old_text', 'new_text'],
  ['old_value', 'new_value'],
  ['oldValue', 'newValue'],
  ['before', 'after'],
  ['old', 'new'],
  ['current', 'proposed'],
] as const;

/** An old and a new value side by side. */
export const change: View = {
  name: 'change',
  title: 'Change',
  find(node): Found | undefined {
    const members = membersOf(node);
    if (members === undefined || node.kind !== 'object') return undefined;
    for (const [oldKey, newKey] of pairs) {
      const before = members.get(oldKey);
      const after = members.get(newKey);
      if (before === undefined || after === undefined) continue;
      const rest = without(node, new Set([before, after]));
      if (before.kind === 'string' && after.kind === 'string') {
        const texts = { before: before.value, after: after.value };
        return {
          rest,
          isBelowRest: true,
          show: <TextChange {...texts} beforeName={oldKey} afterName={newKey} />,
        };
      }
      if (isBranch(before) && isBranch(after)) {
        return {
          rest,
          isBelowRest: true,
          show: <ValueChange before={before} after={after} names={[oldKey, newKey]} />,
        };
      }
    }
    return undefined;
  },
};

type TextChangeProps = { before: string; after: string; beforeName: string; afterName: string };

function TextChange(props: TextChangeProps): ReactNode {
  const { before, after } = props;
  return (
    <LineDiff
      {...props}
      fallback={
        <div className="side-by-side">
          <del className="text-block removed">
            <LongText text={before} lines />
          </del>
          <ins className="text-block added">
            <LongText text={after} lines />
          </ins>
        </div>
      }
    />
  );
}

type ValueChangeProps = { before: JsonNode; after: JsonNode; names: readonly [string, string] };

function ValueChange({ before, after, names }: ValueChangeProps): ReactNode {
  const texts = useMemo(
    () => ({ before: printJson(before), after: printJson(after) }),
    [before, after],
  );
  return <Diff {...texts} names={names} />;
}
