import { readJsonTree } from '@holdpoint/client/json';
import { expect, it } from 'vitest';
import { tellingValues } from '../../src/page/list/tellingValues.ts';

const told = (payload: unknown): string =>
  tellingValues(readJsonTree(JSON.stringify(payload)))
    .map(({ name, text }) => (name === '' ? text : `${name}: ${text}`))
    .join(' · ');

it.each([
  [
    'a refund',
    {
      id: 're_3Nv',
      object: 'refund',
      charge_id: 'ch_77',
      amount: 129900,
      currency: 'eur',
      metadata: { customer_email: 'ann@example.com' },
    },
    'amount: 129900 · customer_email: ann@example.com · currency: eur',
  ],
  [
    'a mail',
    { body: 'Dear all, '.repeat(50), subject: 'Prices', to: ['a@x.example', 'b@x.example'] },
    'to: a@x.example +1 · subject: Prices · body: Dear all, Dear all, Dear all, Dear all, Dear all, Dear all,…',
  ],
  [
    'a migration',
    { sql: 'DROP TABLE orders', database: 'billing', environment: 'production', lock: true },
    'database: billing · environment: production · sql: DROP TABLE orders',
  ],
  [
    'names with capitals and within another object',
    { tool: 'pay', arguments: { refundAmount: '12.50', targetAccount: 'DE44', requestId: 7 } },
    'refundAmount: 12.50 · targetAccount: DE44 · tool: pay',
  ],
  [
    'identifiers only',
    { id: 1, orderId: 'x', uuid: '7b8c1f2e-0000-4000-8000-000000000000', sha256: 'ab', ids: [1] },
    '',
  ],
  ['values that look like identifiers', { ref: 'a'.repeat(40), note: 'Hello' }, 'note: Hello'],
  ['nothing that is empty', { to: '', cc: null, subject: ' ', flag: false }, 'flag: false'],
  ['a text', 'Restart the server', 'Restart the server'],
  ['a list', [{ a: 1 }, { a: 2 }], '2 items'],
  ['lines in one line', { command: 'rm -rf \n\t/srv' }, 'command: rm -rf /srv'],
])('88. the telling values of %s', (_what, payload, expected) => {
  expect(told(payload)).toBe(expected);
});

it('88. exact digits are told, and a large payload is looked at only in part', () => {
  const exact = tellingValues(readJsonTree('{"amount": 1.50, "price": 1e2}'));
  expect(exact.map(({ text }) => text)).toEqual(['1.50', '1e2']);
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`key${at}`, at]));
  expect(told({ ...wide, amount: 5 })).toBe('key0: 0 · key1: 1 · key2: 2');
});
