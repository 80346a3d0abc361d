import { GraphQLError } from 'graphql';
import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError } from '../input.ts';
import { deleteTeam } from '../people/deleteTeam.ts';
import { TeamInUseError } from '../people/errors.ts';
import { setTeam } from '../people/setTeam.ts';
import { builder } from './builder.ts';
import { matching, searchArguments, takeFirst } from './search.ts';

export const Team = builder.prismaNode('Team', {
  nullable: true,
  description: 'People who may decide together.',
  id: { resolve: ({ teamId }) => teamId },
  findUnique: (teamId, { viewer }) => {
    requireScope(viewer, 'review:read', 'people:manage');
    return { userId_teamId: { userId: viewer.userId, teamId } };
  },
  fields: (t) => ({
    teamId: t.exposeID('teamId', { description: 'ID of the team.' }),
    name: t.exposeString('name', { description: 'Its name for people.' }),
    idpGroup: t.exposeString('idpGroup', {
      nullable: true,
      description:
        'Whoever has this group in the session or token is in the team, beside its members.',
    }),
    memberCount: t.relationCount('members', { description: 'How many members it lists.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
});

builder.queryField('teams', (t) =>
  t.prismaField({
    type: [Team],
    description: 'The teams of the workspace, by ID. Needs `review:read` or `people:manage`.',
    args: searchArguments('the ID, the name or the group'),
    resolve: (query, _root, { search, first }, { store, viewer }) =>
      store.database.prisma.team.findMany({
        ...query,
        where: {
          userId: viewer.userId,
          AND: matching(search, ['teamId', 'name', 'idpGroup']),
        },
        orderBy: { teamId: 'asc' },
        ...takeFirst(first),
      }),
  }),
);

const SetTeamInput = builder.inputType('SetTeamInput', {
  fields: (t) => ({
    teamId: t.id({ required: true, description: '1 to 64 of a-z, 0-9 and hyphens.' }),
    name: t.string({ required: true, description: 'Its name for people, up to 200 characters.' }),
    idpGroup: t.string({
      description:
        'A group of the identity provider whose members are in the team. Not one of your own, unless the team lists you. Defaults to null: none.',
    }),
    actors: t.stringList({
      required: true,
      description:
        'The whole list, up to 10,000. Unknown actors become members. Nobody adds themselves.',
    }),
  }),
});

const SetTeamPayload = builder.objectRef<{ teamId: string }>('SetTeamPayload').implement({
  fields: (t) => ({
    team: t.prismaField({
      type: Team,
      description: 'The team.',
      resolve: async (query, { teamId }, _args, { store, viewer }) => {
        const team = await store.database.prisma.team.findUnique({
          ...query,
          where: { userId_teamId: { userId: viewer.userId, teamId } },
        });
        if (team) return team;
        const message = `The team ${teamId} was set, and deleted by somebody else right after`;
        throw new GraphQLError(message, { extensions: { code: 'DELETED' } });
      },
    }),
  }),
});

const DeleteTeamInput = builder.inputType('DeleteTeamInput', {
  fields: (t) => ({ teamId: t.id({ required: true, description: 'ID of the team.' }) }),
});

const DeleteTeamPayload = builder
  .objectRef<{ deletedCount: number }>('DeleteTeamPayload')
  .implement({
    fields: (t) => ({
      deletedCount: t.exposeInt('deletedCount', {
        description: '1, or 0 if there was no such team.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  setTeam: t.field({
    type: SetTeamPayload,
    description: 'Creates a team, or replaces its name, group and list. Needs `people:manage`.',
    errors: { types: [InvalidInputError], union: { name: 'SetTeamResult' } },
    args: { input: t.arg({ type: SetTeamInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      await setTeam(store, viewer, input);
      return { teamId: input.teamId };
    },
  }),
  deleteTeam: t.field({
    type: DeleteTeamPayload,
    description:
      'Deletes a team that no waiting review and no rule of the newest policy needs. Needs `people:manage`.',
    errors: { types: [InvalidInputError, TeamInUseError], union: { name: 'DeleteTeamResult' } },
    args: { input: t.arg({ type: DeleteTeamInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { deletedCount: await deleteTeam(store, viewer, input) };
    },
  }),
}));
