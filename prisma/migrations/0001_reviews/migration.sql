-- Ids are compared byte by byte (COLLATE "C"): an order that no upgrade of the operating system changes,
-- which keyset pages and indexes stand on.

CREATE TYPE "ReviewStatus" AS ENUM ('WAITING', 'APPROVED', 'REJECTED');
CREATE TYPE "DecisionSource" AS ENUM ('REVIEWER', 'AUTO_APPROVAL', 'CANCELLATION', 'EXPIRY');
CREATE TYPE "ExecutionStatus" AS ENUM (
  'QUEUED', 'RUNNING', 'INCOMPLETE', 'REVIEW', 'COMPLETED', 'TERMINATED', 'FAILED'
);

CREATE TABLE "PendingReview" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  "graphExecId" TEXT COLLATE "C" NOT NULL,
  "graphId" TEXT COLLATE "C" NOT NULL,
  "graphVersion" INTEGER NOT NULL,
  "payload" JSON NOT NULL,
  "originalPayload" JSON NOT NULL,
  "instructions" TEXT,
  "editable" BOOLEAN NOT NULL DEFAULT true,
  "status" "ReviewStatus" NOT NULL DEFAULT 'WAITING',
  "reviewMessage" TEXT,
  "wasEdited" BOOLEAN,
  "processed" BOOLEAN NOT NULL DEFAULT false,
  "requestedBy" TEXT NOT NULL,
  "decidedBy" TEXT,
  "decisionSource" "DecisionSource",
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "reviewedAt" TIMESTAMPTZ(3),
  CONSTRAINT "PendingReview_pkey" PRIMARY KEY ("userId", "nodeExecId")
);

-- One index for each way of listing; all hold only what waits, so they stay as small as the inbox.
CREATE INDEX "PendingReview_waiting" ON "PendingReview" ("userId", "createdAt", "nodeExecId")
  WHERE "status" = 'WAITING';
CREATE INDEX "PendingReview_waiting_execution"
  ON "PendingReview" ("userId", "graphExecId", "createdAt", "nodeExecId") WHERE "status" = 'WAITING';
CREATE INDEX "PendingReview_waiting_graph"
  ON "PendingReview" ("userId", "graphId", "createdAt", "nodeExecId") WHERE "status" = 'WAITING';

CREATE TABLE "GraphExecution" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "graphExecId" TEXT COLLATE "C" NOT NULL,
  "graphId" TEXT COLLATE "C" NOT NULL,
  "graphVersion" INTEGER NOT NULL,
  "status" "ExecutionStatus" NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "GraphExecution_pkey" PRIMARY KEY ("userId", "graphExecId")
);

CREATE TABLE "NodeExecution" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  "nodeId" TEXT COLLATE "C" NOT NULL,
  CONSTRAINT "NodeExecution_pkey" PRIMARY KEY ("userId", "nodeExecId")
);

CREATE TABLE "AutoApproval" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "graphExecId" TEXT COLLATE "C" NOT NULL,
  "nodeId" TEXT COLLATE "C" NOT NULL,
  "graphId" TEXT COLLATE "C" NOT NULL,
  "graphVersion" INTEGER NOT NULL,
  "payload" JSON NOT NULL,
  "createdBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" TIMESTAMPTZ(3),
  "maxUses" INTEGER,
  "uses" INTEGER NOT NULL DEFAULT 0,
  "revokedAt" TIMESTAMPTZ(3),
  "revokedBy" TEXT,
  CONSTRAINT "AutoApproval_pkey" PRIMARY KEY ("userId", "graphExecId", "nodeId")
);

CREATE TABLE "ApiToken" (
  "id" TEXT COLLATE "C" NOT NULL,
  "hash" BYTEA NOT NULL,
  "userId" TEXT COLLATE "C" NOT NULL,
  "actor" TEXT NOT NULL,
  "scopes" TEXT[],
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" TIMESTAMPTZ(3),
  "revokedAt" TIMESTAMPTZ(3),
  CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken" ("hash");
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken" ("userId");
