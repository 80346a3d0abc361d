import { builder } from './builder.ts';
import { Member } from './member.ts';
import { Team } from './team.ts';

// Teams and members refer to each other, so this field has a file of its own.
builder.prismaObjectField(Team, 'members', (t) =>
  t.field({
    type: [Member],
    description: 'The members that it lists, by actor.',
    select: (_args, _context, nestedSelection) => ({
      members: { orderBy: { actor: 'asc' }, select: { member: nestedSelection(true) } },
    }),
    resolve: ({ members }) => members.map(({ member }) => member),
  }),
);
