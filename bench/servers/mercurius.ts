// The peer: Mercurius with its JIT over the Prisma client of this project, making the calls that a page needs: the reviews,
// then the nodes of all of them. No tokens: the owner is believed.
import fastify from 'fastify';
import mercurius from 'mercurius';
import { openDatabase } from '../../src/database/database.ts';

const { prisma } = openDatabase(process.env['DATABASE_URL'] as string);

const schema = `
  scalar JSON
  enum ReviewStatus { WAITING APPROVED REJECTED }
  type PendingReview { nodeExecId: ID! nodeId: ID! payload: JSON status: ReviewStatus! }
  type PendingReviewEdge { node: PendingReview! }
  type PendingReviewConnection { edges: [PendingReviewEdge!]! }
  type Query { pendingReviews(first: Int = 25): PendingReviewConnection! }
`;

const resolvers = {
  Query: {
    async pendingReviews(
      _root: unknown,
      { first }: { first: number },
      { userId }: { userId: string },
    ) {
      const reviews = await prisma.pendingReview.findMany({
        where: { userId, status: 'WAITING' },
        orderBy: [{ createdAt: 'desc' }, { nodeExecId: 'desc' }],
        take: first,
      });
      const nodes = await prisma.nodeExecution.findMany({
        where: { userId, nodeExecId: { in: reviews.map(({ nodeExecId }) => nodeExecId) } },
      });
      const nodeIds = new Map(nodes.map(({ nodeExecId, nodeId }) => [nodeExecId, nodeId]));
      return {
        edges: reviews.map((review) => ({
          node: { ...review, nodeId: nodeIds.get(review.nodeExecId) ?? review.nodeExecId },
        })),
      };
    },
  },
};

const app = fastify();
app.register(mercurius, {
  schema,
  resolvers,
  jit: 1,
  context: (request: { headers: Record<string, string> }) => ({
    userId: request.headers['x-owner'],
  }),
});
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
process.on('SIGTERM', () => process.exit());
