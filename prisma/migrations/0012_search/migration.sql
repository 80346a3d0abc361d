-- Search: what can be found of each review, written by a job that follows the workspace's events.
-- See docs/finding.md.

CREATE TABLE "SearchEntry" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "terms" TSVECTOR NOT NULL,
  "graphId" TEXT COLLATE "C" NOT NULL,
  "nodeId" TEXT COLLATE "C" NOT NULL,
  "status" "ReviewStatus" NOT NULL,
  "wasEdited" BOOLEAN,
  "decidedBy" TEXT COLLATE "C",
  "decisionSource" "DecisionSource",
  "reviewedAt" TIMESTAMPTZ(3),
  "teamIds" TEXT[] COLLATE "C" NOT NULL DEFAULT '{}',
  "ruleIds" TEXT[] COLLATE "C" NOT NULL DEFAULT '{}',
  CONSTRAINT "SearchEntry_pkey" PRIMARY KEY ("userId", "nodeExecId")
) WITH (vacuum_truncate = off);
CREATE INDEX "SearchEntry_userId_createdAt_nodeExecId_idx"
  ON "SearchEntry" ("userId", "createdAt", "nodeExecId");
-- Every search reads the list of pending entries, so it stays short.
CREATE INDEX "SearchEntry_terms_idx" ON "SearchEntry" USING GIN ("terms")
  WITH (gin_pending_list_limit = 256);

-- The entries with a value, such as one step, in the order of their time.
CREATE TABLE "SearchList" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "value" TEXT COLLATE "C" NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  CONSTRAINT "SearchList_pkey" PRIMARY KEY ("userId", "value", "createdAt", "nodeExecId")
) WITH (vacuum_truncate = off);

CREATE TABLE "SearchCursor" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "number" BIGINT NOT NULL,
  "rebuiltTo" TEXT COLLATE "C",
  CONSTRAINT "SearchCursor_pkey" PRIMARY KEY ("userId")
) WITH (fillfactor = 50, vacuum_truncate = off);

-- Most workspaces have no webhooks, and jobs that are due early enough: then one look suffices. The
-- job for the search becomes due a moment later, and not again until it has run, so most changes do
-- not write to its row. It waits for transactions under way before it rests, so none is missed.
CREATE OR REPLACE FUNCTION "makeJobsDue"("owner" TEXT, "deadline" TIMESTAMPTZ)
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  "hasWebhooks" BOOLEAN;
  "isEarlyEnough" BOOLEAN;
  "isSearchDue" BOOLEAN;
BEGIN
  SELECT bool_or(j."kind" = 'deliverWebhook'),
    bool_or(j."kind" = 'expireReviews' AND j."dueAt" <= "deadline"),
    bool_or(j."kind" = 'updateSearch' AND j."dueAt" IS NOT NULL)
  INTO "hasWebhooks", "isEarlyEnough", "isSearchDue"
  FROM "Job" j
  WHERE j."userId" = "owner" AND j."kind" IN ('deliverWebhook', 'expireReviews', 'updateSearch');

  IF "hasWebhooks" THEN
    UPDATE "Job" j SET "dueAt" = least(j."dueAt", now())
    WHERE j."userId" = "owner" AND j."kind" = 'deliverWebhook';
  END IF;
  IF "deadline" IS NOT NULL AND "isEarlyEnough" IS NOT TRUE THEN
    INSERT INTO "Job" AS j ("userId", "kind", "key", "dueAt")
    VALUES ("owner", 'expireReviews', '', "deadline")
    ON CONFLICT ("userId", "kind", "key") DO UPDATE SET "dueAt" = excluded."dueAt"
    WHERE j."dueAt" IS NULL OR j."dueAt" > excluded."dueAt";
  END IF;
  IF "isSearchDue" IS NOT TRUE THEN
    INSERT INTO "Job" AS j ("userId", "kind", "key", "dueAt")
    VALUES ("owner", 'updateSearch', '', now() + interval '200 ms')
    ON CONFLICT ("userId", "kind", "key") DO UPDATE SET "dueAt" = excluded."dueAt"
    WHERE j."dueAt" IS NULL;
  END IF;
END $$;

-- Workspaces that have reviews already.
INSERT INTO "Job" ("userId", "kind", "key", "dueAt")
SELECT "userId", 'updateSearch', '', now() FROM "OwnerCounter";
