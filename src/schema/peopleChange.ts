import { JsonText } from '@holdpoint/client/json';
import { checkPageSize, InvalidInputError } from '../input.ts';
import { builder } from './builder.ts';

const PAGE = 25;

const PeopleChange = builder.prismaObject('PeopleChange', {
  description: 'A change of members, teams, delegations or API tokens.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Position of the change, to read the next page.',
      resolve: ({ number }) => String(number),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was made.' }),
    actor: t.exposeString('actor', {
      description: 'Who made it; `command line` if it was made there.',
    }),
    change: t.exposeString('change', { description: 'The mutation, e.g. `setTeam`.' }),
    subject: t.exposeString('subject', {
      description: 'The actor, team, delegation or API token that was changed.',
    }),
    detail: t.field({
      type: 'JSON',
      description: 'What was changed, with the new values.',
      resolve: ({ detail }) => new JsonText(JSON.stringify(detail)),
    }),
  }),
});

builder.queryField('peopleChanges', (t) =>
  t.prismaField({
    type: [PeopleChange],
    description:
      'All changes of members, teams, delegations and API tokens, newest first. Needs `people:manage`.',
    args: {
      first: t.arg.int({ defaultValue: PAGE, description: 'Page size, 1 to 100.' }),
      before: t.arg.string({ description: 'Cursor of the last change of the previous page.' }),
    },
    resolve: (query, _root, { first, before }, { store, viewer }) =>
      store.database.prisma.peopleChange.findMany({
        ...query,
        where: {
          userId: viewer.userId,
          ...(before != null && { number: { lt: numberOf(before) } }),
        },
        orderBy: { number: 'desc' },
        take: checkPageSize(first ?? PAGE),
      }),
  }),
);

/** @throws InvalidInputError */
function numberOf(cursor: string): bigint {
  if (/^\d{1,18}$/.test(cursor)) return BigInt(cursor);
  const message = `must be the cursor of a change, such as "42", not "${cursor.slice(0, 100)}"`;
  throw new InvalidInputError([{ path: 'before', message }]);
}
