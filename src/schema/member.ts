import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { setMember, unlinkMember } from '../people/setMember.ts';
import { builder } from './builder.ts';
import { MemberKind } from './enums.ts';
import { matching, searchArguments, takeFirst } from './search.ts';
import { Team } from './team.ts';

/** What a member takes in memory. So no document reads those of a large workspace many times. */
export const MEMBER_BYTES = 500;

export const Member = builder.prismaNode('Member', {
  nullable: true,
  description:
    'A person or an agent that acts in the workspace, known by the actor of its token or session.',
  id: { resolve: ({ actor }) => actor },
  findUnique: (actor, { viewer }) => {
    requireScope(viewer, 'review:read', 'people:manage');
    return { userId_actor: { userId: viewer.userId, actor } };
  },
  fields: (t) => ({
    actor: t.exposeString('actor', { description: 'Its name in tokens, sessions and reviews.' }),
    kind: t.expose('kind', { type: MemberKind, description: 'Whether it is a person.' }),
    displayName: t.exposeString('displayName', {
      nullable: true,
      description: 'Its name for people.',
    }),
    email: t.exposeString('email', { nullable: true, description: 'Its e-mail address.' }),
    teams: t.field({
      type: [Team],
      description: 'The teams that list it. Those it is in by a group are not included.',
      resolve: ({ actor }, _args, { loaders }) => loaders.memberTeams.load(actor),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the workspace first knew it.',
    }),
    disabledAt: t.expose('disabledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was disabled. From then on every token and session of it is refused.',
    }),
  }),
});

builder.queryField('members', (t) =>
  t.prismaField({
    type: [Member],
    description: 'The members of the workspace, by actor. Needs `review:read` or `people:manage`.',
    args: searchArguments('the actor, the name or the e-mail address'),
    resolve: async (query, _root, { search, first }, { store, viewer, budget }) => {
      const { member } = store.database.prisma;
      const where = {
        userId: viewer.userId,
        AND: matching(search, ['actor', 'displayName', 'email']),
      };
      const { take } = takeFirst(first);
      budget.spend((take ?? (await member.count({ where }))) * MEMBER_BYTES);
      return member.findMany({
        ...query,
        where,
        orderBy: { actor: 'asc' },
        ...(take !== undefined && { take }),
      });
    },
  }),
);

const SetMemberInput = builder.inputType('SetMemberInput', {
  fields: (t) => ({
    actor: t.string({ required: true, description: 'The member. Created if it is unknown.' }),
    kind: t.field({
      type: MemberKind,
      description: 'What it is. Defaults to what it was, or `PERSON`. Not your own.',
    }),
    displayName: t.string({
      description: 'Its name for people, up to 200 characters. Absent: as it was. Null: none.',
    }),
    email: t.string({ description: 'Its e-mail address. Absent: as it was. Null: none.' }),
    disabled: t.boolean({
      description:
        'True ends its sessions, API tokens, delegations, claims and unconsumed approvals for good, and refuses its JWTs. Defaults to what it was.',
    }),
  }),
});

const UnlinkMemberInput = builder.inputType('UnlinkMemberInput', {
  fields: (t) => ({ actor: t.string({ required: true, description: 'The member.' }) }),
});

const memberPayload = (name: string) =>
  builder.objectRef<{ actor: string }>(name).implement({
    fields: (t) => ({
      member: t.prismaField({
        type: Member,
        description: 'The member.',
        resolve: (query, { actor }, _args, { store, viewer }) =>
          store.database.prisma.member.findUniqueOrThrow({
            ...query,
            where: { userId_actor: { userId: viewer.userId, actor } },
          }),
      }),
    }),
  });

builder.mutationFields((t) => ({
  setMember: t.field({
    type: memberPayload('SetMemberPayload'),
    description: 'Creates, changes, disables or enables a member. Needs `people:manage`.',
    errors: { types: [InvalidInputError], union: { name: 'SetMemberResult' } },
    args: { input: t.arg({ type: SetMemberInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      await setMember(store, viewer, input);
      return { actor: input.actor };
    },
  }),
  unlinkMember: t.field({
    type: memberPayload('UnlinkMemberPayload'),
    description:
      'Forgets which identity of the identity provider signs in as a member, and ends its sessions. The next identity that signs in as the member is linked. Needs `people:manage`.',
    errors: { types: [InvalidInputError, NotFoundError], union: { name: 'UnlinkMemberResult' } },
    args: { input: t.arg({ type: UnlinkMemberInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      await unlinkMember(store, viewer, input);
      return { actor: input.actor };
    },
  }),
}));
