import { JsonText } from '@holdpoint/client/json';
import { checkPageSize, InvalidInputError } from '../input.ts';
import { type PeopleChange as Change, readPeopleChanges } from '../people/readPeopleChanges.ts';
import { builder } from './builder.ts';

const PAGE = 25;

const PeopleChange = builder.objectRef<Change>('PeopleChange').implement({
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
      resolve: ({ detail }) => new JsonText(detail),
    }),
  }),
});

builder.queryField('peopleChanges', (t) =>
  t.field({
    type: [PeopleChange],
    description:
      'All changes of members, teams, delegations and API tokens, newest first. A page has fewer than `first` if they are large; only the last one is empty. Needs `people:manage`.',
    args: {
      first: t.arg.int({ defaultValue: PAGE, description: 'Page size, 1 to 100.' }),
      before: t.arg.string({ description: 'Cursor of the last change of the previous page.' }),
    },
    resolve: (_root, { first, before }, { store, viewer }) =>
      readPeopleChanges(
        store.database,
        viewer.userId,
        checkPageSize(first ?? PAGE),
        before == null ? null : numberOf(before),
      ),
  }),
);

/** @throws InvalidInputError */
function numberOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  const message = `must be the cursor of a change, such as "42", not "${cursor.slice(0, 100)}"`;
  throw new InvalidInputError([{ path: 'before', message }]);
}
