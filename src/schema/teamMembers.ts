import { MAX_PAGE } from '../input.ts';
import { builder } from './builder.ts';
import { MEMBER_BYTES, Member } from './member.ts';
import { takeFirst } from './search.ts';
import { Team } from './team.ts';

// Teams and members refer to each other, so this field has a file of its own.
builder.prismaObjectField(Team, 'members', (t) =>
  t.field({
    type: [Member],
    description: 'The members that it lists, by actor.',
    args: {
      first: t.arg.int({ description: `At most this many, 1 to ${MAX_PAGE}. Defaults to all.` }),
    },
    resolve: async ({ teamId }, { first }, { loaders, budget }) => {
      const { take = null } = takeFirst(first);
      const members = await loaders.teamMembers.load({ teamId, first: take });
      budget.spend(members.length * MEMBER_BYTES);
      return members;
    },
  }),
);
