-- What becomes of a review: it waits only so long, its approval is consumed once, and the agent says what came of it.

CREATE TYPE "ReviewOutcome" AS ENUM ('EXECUTED', 'FAILED', 'SKIPPED');
ALTER TYPE "ReviewEventKind" ADD VALUE 'EXPIRED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'REPORTED';

ALTER TABLE "PendingReview"
  ADD "payloadDigest" TEXT,
  ADD "expiresAt" TIMESTAMPTZ(3),
  ADD "consumedAt" TIMESTAMPTZ(3),
  ADD "consumedBy" TEXT,
  ADD "outcome" "ReviewOutcome",
  ADD "outcomeDetail" TEXT,
  ADD "outcomeAt" TIMESTAMPTZ(3);

CREATE INDEX "PendingReview_expiring" ON "PendingReview" ("expiresAt")
  WHERE "status" = 'WAITING' AND "expiresAt" IS NOT NULL;

-- One index for each state that can be listed, and one for all of an execution's. That one holds every review; the
-- condition keeps it out of look-ups by key, where it would seem as good as the key until the table is analyzed.
CREATE INDEX "PendingReview_execution"
  ON "PendingReview" ("userId", "graphExecId", "createdAt", "nodeExecId")
  WHERE "graphExecId" IS NOT NULL;
CREATE INDEX "PendingReview_decided" ON "PendingReview" ("userId", "createdAt", "nodeExecId")
  WHERE "status" <> 'WAITING';
CREATE INDEX "PendingReview_unconsumed" ON "PendingReview" ("userId", "createdAt", "nodeExecId")
  WHERE "status" = 'APPROVED' AND NOT "processed";
CREATE INDEX "PendingReview_unreported" ON "PendingReview" ("userId", "createdAt", "nodeExecId")
  WHERE "status" = 'APPROVED' AND "consumedAt" IS NOT NULL AND "outcome" IS NULL;
CREATE INDEX "PendingReview_expired" ON "PendingReview" ("userId", "createdAt", "nodeExecId")
  WHERE "decisionSource" = 'EXPIRY';

-- Who changes a payload by hand does not know its digest: then there is none, and it is computed when read.
CREATE FUNCTION "forgetPayloadDigest"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  NEW."payloadDigest" := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER "forgetPayloadDigest" BEFORE UPDATE OF "payload" ON "PendingReview" FOR EACH ROW
  WHEN (NEW."payloadDigest" = OLD."payloadDigest" AND NEW."payload"::text <> OLD."payload"::text)
  EXECUTE FUNCTION "forgetPayloadDigest"();

-- A value that is new to an enum cannot be written before the commit, not even in a function that is only checked.
SET LOCAL check_function_bodies = off;
CREATE OR REPLACE FUNCTION "eventKindOf"("status" "ReviewStatus", "source" "DecisionSource")
RETURNS "ReviewEventKind" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "status" = 'WAITING' THEN 'REQUESTED'::"ReviewEventKind"
    WHEN "status" = 'APPROVED' THEN 'APPROVED'::"ReviewEventKind"
    WHEN "source" = 'CANCELLATION' THEN 'CANCELLED'::"ReviewEventKind"
    WHEN "source" = 'EXPIRY' THEN 'EXPIRED'::"ReviewEventKind"
    ELSE 'REJECTED'::"ReviewEventKind"
  END
$$;
SET LOCAL check_function_bodies = on;

-- As before; and an outcome that is new is REPORTED.
CREATE OR REPLACE FUNCTION "reviewsUpdated"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "changes" "ReviewChange"[];
BEGIN
  WITH "only" AS (
    UPDATE "OwnerCounter" c SET "lastNumber" = c."lastNumber" + 1, "waiting" = c."waiting" - 1
    FROM "newReview" n, "oldReview" o
    WHERE c."userId" = n."userId" AND NOT EXISTS (SELECT FROM "newReview" OFFSET 1)
      AND o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
      AND o."status" = 'WAITING' AND n."status" <> 'WAITING' AND n."decidedBy" IS NOT NULL
    RETURNING c."userId", c."lastNumber", n."nodeExecId", n."graphExecId",
      "eventKindOf"(n."status", n."decisionSource") AS "kind", n."decidedBy" AS "actor"
  )
  INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor")
  SELECT "userId", "lastNumber", "kind", "nodeExecId", "graphExecId", "actor" FROM "only";
  IF FOUND THEN RETURN NULL; END IF;

  "changes" := ARRAY(
    SELECT ROW("userId", "nodeExecId", coalesce(n."graphExecId", o."graphExecId"),
      CASE
        WHEN n."status" IS NULL THEN 'DELETED'
        WHEN o."status" IS DISTINCT FROM n."status" THEN "eventKindOf"(n."status", n."decisionSource")
        WHEN o."processed" <> n."processed" THEN 'PROCESSED'
        WHEN n."outcome" IS DISTINCT FROM o."outcome" AND n."outcome" IS NOT NULL THEN 'REPORTED'
        ELSE 'UPDATED'
      END,
      CASE WHEN n."status" IS NOT NULL AND n."status" <> 'WAITING' AND o."status" IS DISTINCT FROM n."status"
        THEN coalesce(n."decidedBy", "actingActor"()) ELSE "actingActor"() END,
      coalesce((n."status" = 'WAITING')::int, 0) - coalesce((o."status" = 'WAITING')::int, 0)
    )::"ReviewChange"
    FROM "newReview" n FULL JOIN "oldReview" o USING ("userId", "nodeExecId")
    WHERE n."status" IS DISTINCT FROM o."status" OR n."processed" <> o."processed"
      OR n::text <> o::text
    ORDER BY "userId", "nodeExecId");
  IF cardinality("changes") > 0 THEN PERFORM "appendReviewEvents"("changes"); END IF;
  RETURN NULL;
END $$;
