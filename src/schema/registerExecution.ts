import type { GraphExecution as Execution } from '../database/generated/prisma/client.ts';
import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError } from '../input.ts';
import { ExecutionEndedError } from '../reviews/errors.ts';
import { registerExecution } from '../reviews/registerExecution.ts';
import { builder } from './builder.ts';
import { ExecutionStatus } from './enums.ts';
import { GraphExecution } from './graphExecution.ts';

const RegisterExecutionInput = builder.inputType('RegisterExecutionInput', {
  fields: (t) => ({
    graphExecId: t.id({ required: true }),
    graphId: t.id({ required: true }),
    graphVersion: t.int({ required: true, description: '0 or more.' }),
    status: t.field({ type: ExecutionStatus, defaultValue: 'RUNNING' }),
  }),
});

const RegisterExecutionPayload = builder
  .objectRef<{ execution: Execution }>('RegisterExecutionPayload')
  .implement({
    fields: (t) => ({
      execution: t.field({ type: GraphExecution, resolve: ({ execution }) => execution }),
    }),
  });

builder.mutationField('registerExecution', (t) =>
  t.field({
    type: RegisterExecutionPayload,
    description:
      "Tell Holdpoint of an execution, or move it to another status. An end rejects what waits; RUNNING reopens an ended one. With review:request alone, one's own execution, and not one that somebody with review:decide stopped.",
    errors: {
      types: [InvalidInputError, ExecutionEndedError],
      union: { name: 'RegisterExecutionResult' },
    },
    args: { input: t.arg({ type: RegisterExecutionInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request', 'review:decide');
      return { execution: await registerExecution(store, viewer, input) };
    },
  }),
);
