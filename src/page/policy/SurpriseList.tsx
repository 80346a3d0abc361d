import type { ReactNode } from 'react';
import { addressOf } from '../data/route.ts';
import type { RowFragment } from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { outcomeLine } from '../payload/outcomeText.ts';
import { VisibleText } from '../payload/Text.tsx';

/** Past reviews that somebody should look at. They open in another tab, so that no draft is left. */
export const SurpriseList = ({ rows }: { rows: readonly RowFragment[] }): ReactNode =>
  rows.length === 0 ? null : (
    <ul className="surprises">
      {rows.map((row) => (
        <li key={row.nodeExecId}>
          <a
            href={addressOf({ view: 'waiting', nodeExecId: row.nodeExecId })}
            target="_blank"
            rel="noreferrer"
          >
            <VisibleText text={row.headline ?? row.nodeId} />
            <span className="visually-hidden"> (opens in a new tab)</span>
          </a>{' '}
          <span className="muted">
            <VisibleText text={outcomeLine(row)} />, requested <Age since={row.createdAt} /> ago
          </span>
        </li>
      ))}
    </ul>
  );
