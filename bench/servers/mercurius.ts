// The peer: Mercurius with its JIT on top of this project's Prisma client. It checks no tokens; the
// owner in the header is trusted.
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
        omit: { payload: false },
        orderBy: [{ createdAt: 'desc' }, { nodeExecId: 'desc' }],
        take: first,
      });
      return {
        edges: reviews.map((review) => ({
          node: { ...review, payload: JSON.parse(review.payload) },
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
