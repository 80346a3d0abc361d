import { createContext, type ReactNode, useContext } from 'react';

type ValueTableProps = {
  /** What stands above each column. */
  readonly heads: readonly ReactNode[];
  /** The rows. */
  readonly children: ReactNode;
};

const Heads = createContext<readonly ReactNode[]>([]);

/** A table that is a list of cards on a phone, where a wide one would hide its last columns. */
export function ValueTable({ heads, children }: ValueTableProps): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be focusable
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div className="scrolls" role="group" tabIndex={0} aria-label="Table">
      <table className="value-table">
        <thead>
          <tr>
            {heads.map((head, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <th key={at} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Heads value={heads}>{children}</Heads>
        </tbody>
      </table>
    </div>
  );
}

type ValueCellProps = {
  readonly column: number;
  readonly isNumber: boolean;
  readonly children: ReactNode;
};

/** A cell, with the name of its column for cards. */
export function ValueCell({ column, isNumber, children }: ValueCellProps): ReactNode {
  return (
    <td className={isNumber ? 'is-number' : undefined}>
      <span className="cell-name">{useContext(Heads)[column]}</span>
      <div>{children}</div>
    </td>
  );
}
