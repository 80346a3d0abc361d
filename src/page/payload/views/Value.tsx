import { isBranch, type JsonBranch, type JsonNode } from '@holdpoint/client/json';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { KeyName, keyWarnings, Leaf } from '../JsonTree.tsx';
import { SafeLink } from '../SafeLink.tsx';
import { VisibleText } from '../Text.tsx';
import { conditionOf, currencyOf, readableForm } from './shortValues.ts';
import type { Place } from './view.ts';

/** The currency of the amounts in what is shown, if an object around them has one. */
export const Currency = createContext<string | undefined>(undefined);

/** The condition of the amounts in what is shown, if it is said once for all of them. */
const Condition = createContext<string | undefined>(undefined);

type SaidOnceProps = { readonly condition: string | undefined; readonly children: ReactNode };

/** Says once above some values under which condition the amounts in them are right. */
export function SaidOnce({ condition, children }: SaidOnceProps): ReactNode {
  if (condition === undefined) return children;
  return (
    <Condition value={condition}>
      <p className="readable-condition">
        Grey amounts are right {condition.replace(/^if/, 'if the numbers are')}.
      </p>
      {children}
    </Condition>
  );
}

type Props = { readonly node: JsonNode; readonly place: Place };

/** A short value as it is, with a form that is easier to read beside it if there is one. */
export function Value({ node, place }: Props): ReactNode {
  const currency = useContext(Currency);
  const said = useContext(Condition);
  if (isBranch(node) && node.members.length > 0) return <Few branch={node} place={place} />;
  const form = readableForm(node, place, currency);
  return (
    <>
      <Exact node={node} />
      {form !== undefined && (
        <span className="readable-form">
          {said !== undefined && conditionOf(form) === said
            ? form.slice(0, -said.length - 1)
            : form}
        </span>
      )}
    </>
  );
}

/** The few values of an object or list, one a line. */
function Few({ branch, place }: { branch: JsonBranch; place: Place }): ReactNode {
  const around = useContext(Currency);
  const warnings = useMemo(() => keyWarnings(branch), [branch]);
  return (
    <Currency value={currencyOf(branch) ?? around}>
      <ul className="value-items">
        {branch.members.map(({ key, value }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: keys may be duplicated; members never move
          <li key={at}>
            {typeof key === 'string' && (
              <KeyName name={key} warning={warnings.get(key)} after=": " />
            )}
            <Value
              node={value}
              place={{ key: typeof key === 'string' ? key : place.key, parent: branch }}
            />
          </li>
        ))}
      </ul>
    </Currency>
  );
}

/** What would be another kind of value, or could not be seen, without quotes. */
const needsQuotes = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$|^\s|\s$/;

function Exact({ node }: { node: JsonNode }): ReactNode {
  if (node.kind !== 'string' || node.value === '') return <Leaf node={node} />;
  if (/^(?:https?:\/\/|mailto:)/i.test(node.value)) {
    return <SafeLink href={node.value}>{node.value}</SafeLink>;
  }
  const quote = needsQuotes.test(node.value) ? '"' : '';
  return (
    <span className="value-text">
      {quote}
      <VisibleText text={node.value} />
      {quote}
    </span>
  );
}
