import type { ReactNode, RefObject } from 'react';
import type { Order } from './items.ts';

type Props = {
  filter: string;
  onFilter(filter: string): void;
  field: RefObject<HTMLInputElement | null>;
  order: Order;
  onOrder(order: Order): void;
  count: string;
};

/** What stands above the list: the filter, the order, and how many there are. */
export const ListTools = ({ filter, onFilter, field, order, onOrder, count }: Props): ReactNode => (
  <div className="list-tools">
    <input
      ref={field}
      type="search"
      className="filter"
      placeholder="Filter  /"
      aria-label="Filter by step, execution, agent or instructions"
      value={filter}
      onChange={(event) => onFilter(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' && event.key !== 'Enter') return;
        if (event.key === 'Escape') onFilter('');
        event.currentTarget.blur();
      }}
    />
    <div className="list-order">
      <span className="list-count">{count}</span>
      <label>
        <span className="visually-hidden">Order</span>
        <select value={order} onChange={(event) => onOrder(event.target.value as Order)}>
          <option value="newest">Newest first</option>
          <option value="grouped">By execution and node</option>
        </select>
      </label>
    </div>
  </div>
);
