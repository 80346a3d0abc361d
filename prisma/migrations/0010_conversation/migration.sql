-- generation: 5
-- Conversation: questions, changes asked for, revisions, comments and links. See docs/conversation.md.
-- Not rolling: processes of older versions would take an answer or a request for changes for a
-- decision that they know.

ALTER TYPE "ReviewStatus" ADD VALUE 'ANSWERED';
ALTER TYPE "ReviewStatus" ADD VALUE 'CHANGES_REQUESTED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'ANSWERED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'CHANGES_REQUESTED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'REVISED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'COMMENTED';

CREATE TYPE "ReviewKind" AS ENUM ('ACTION', 'QUESTION');

-- Texts of JSON are canonical, so that they can be part of the subject's digest as they are.
ALTER TABLE "PendingReview"
  ADD "kind" "ReviewKind" NOT NULL DEFAULT 'ACTION',
  ADD "reversible" BOOLEAN,
  ADD "links" TEXT,
  ADD "answerSchema" TEXT,
  ADD "answer" TEXT,
  ADD "allowedDecisions" TEXT[] NOT NULL DEFAULT '{}',
  ADD "revision" INTEGER NOT NULL DEFAULT 1,
  ADD "revisionNote" TEXT,
  ADD "revisedAt" TIMESTAMPTZ(3),
  ADD "commentCount" INTEGER NOT NULL DEFAULT 0,
  ADD "earlierBytes" BIGINT NOT NULL DEFAULT 0;

-- Reviews with changes requested expire too. The new status cannot be named in the transaction that
-- adds it.
DROP INDEX "PendingReview_expiring";
CREATE INDEX "PendingReview_expiring" ON "PendingReview" ("userId", "expiresAt")
  WHERE "status" NOT IN ('APPROVED', 'REJECTED') AND "answer" IS NULL AND "expiresAt" IS NOT NULL;

-- Revisions that were replaced, with what reviewers said of them.
CREATE TABLE "ReviewRevision" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  "revision" INTEGER NOT NULL,
  "payload" TEXT NOT NULL,
  "payloadBytes" INTEGER NOT NULL GENERATED ALWAYS AS (octet_length("payload")) STORED,
  "payloadDigest" TEXT NOT NULL,
  "note" TEXT,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "changesRequestedBy" TEXT,
  "changesRequested" TEXT,
  CONSTRAINT "ReviewRevision_pkey" PRIMARY KEY ("userId", "nodeExecId", "revision")
);

CREATE TABLE "ReviewComment" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  "number" INTEGER NOT NULL,
  "actor" TEXT COLLATE "C" NOT NULL,
  "text" TEXT NOT NULL,
  "pointer" TEXT,
  "revision" INTEGER NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "ReviewComment_pkey" PRIMARY KEY ("userId", "nodeExecId", "number")
);

-- A deleted review takes its revisions and comments with it: its ID can be used again.
CREATE FUNCTION "deleteConversation"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "ReviewRevision" WHERE "userId" = OLD."userId" AND "nodeExecId" = OLD."nodeExecId";
  DELETE FROM "ReviewComment" WHERE "userId" = OLD."userId" AND "nodeExecId" = OLD."nodeExecId";
  RETURN NULL;
END $$;
CREATE TRIGGER "deleteConversation" AFTER DELETE ON "PendingReview" FOR EACH ROW
  WHEN (OLD."revision" > 1 OR OLD."commentCount" > 0) EXECUTE FUNCTION "deleteConversation"();

-- A changed payload is a new subject. Whoever changes it may choose the askId, in order to know the
-- new subjectDigest beforehand. A revision by the agent replaces what it sent before.
CREATE OR REPLACE FUNCTION "payloadChanged"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."askId" = OLD."askId" THEN NEW."askId" := gen_random_uuid(); END IF;
  NEW."isRevised" := true;
  NEW."originalPayload" := CASE WHEN NEW."revision" = OLD."revision"
    THEN coalesce(OLD."originalPayload", OLD."payload") END;
  IF NEW."payloadDigest" = OLD."payloadDigest" THEN NEW."payloadDigest" := NULL; END IF;
  RETURN NEW;
END $$;

-- What a review counts for in the workspace's storage, in bytes.
CREATE OR REPLACE FUNCTION "bytesOf"("review" "PendingReview") RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
  SELECT "review"."payloadBytes" + coalesce(octet_length("review"."instructions"), 0)::bigint
    + coalesce(octet_length("review"."answerSchema"), 0) + coalesce(octet_length("review"."answer"), 0)
    + "review"."earlierBytes"
$$;

-- A new enum value cannot be used before the commit, not even in the body of a function that is only
-- validated.
SET LOCAL check_function_bodies = off;

-- When the job of the workspace has to look at the review next. Null: never.
CREATE OR REPLACE FUNCTION "deadlineOf"("review" "PendingReview") RETURNS TIMESTAMPTZ
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "review"."status" = 'WAITING'
      THEN least("review"."expiresAt", "review"."nextEscalationAt")
    WHEN "review"."status" = 'CHANGES_REQUESTED' THEN "review"."expiresAt"
    WHEN "review"."status" = 'APPROVED' AND NOT "review"."processed" AND "review"."voidedAt" IS NULL
      THEN "review"."validUntil"
  END
$$;

CREATE OR REPLACE FUNCTION "eventKindOf"("status" "ReviewStatus", "source" "DecisionSource")
RETURNS "ReviewEventKind" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "status" = 'WAITING' THEN 'REQUESTED'
    WHEN "status" IN ('APPROVED', 'ANSWERED', 'CHANGES_REQUESTED') THEN "status"::text
    WHEN "source" = 'CANCELLATION' THEN 'CANCELLED'
    WHEN "source" = 'EXPIRY' THEN 'EXPIRED'
    ELSE 'REJECTED'
  END::"ReviewEventKind"
$$;

-- The event of a change that leaves the status as it was, or lets the review wait again.
CREATE OR REPLACE FUNCTION "changeKindOf"("o" "PendingReview", "n" "PendingReview")
RETURNS "ReviewEventKind" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "n"."revision" > "o"."revision" THEN 'REVISED'
    WHEN "o"."status" <> "n"."status" THEN 'WITHDRAWN'
    WHEN "o"."processed" <> "n"."processed" THEN 'PROCESSED'
    WHEN "n"."outcome" IS DISTINCT FROM "o"."outcome" AND "n"."outcome" IS NOT NULL THEN 'REPORTED'
    WHEN "n"."voidedAt" IS NOT NULL AND "o"."voidedAt" IS NULL THEN 'VOIDED'
    WHEN jsonb_array_length("n"."votes") > coalesce(jsonb_array_length("o"."votes"), 0) THEN 'VOTED'
    WHEN "n"."commentCount" > "o"."commentCount" THEN 'COMMENTED'
    WHEN "n"."approvalsRequired" IS DISTINCT FROM "o"."approvalsRequired"
      OR "n"."reassignedBy" <> "o"."reassignedBy"
      OR ("n"."status" = 'WAITING' AND "n"."reviewMessage" IS DISTINCT FROM "o"."reviewMessage")
      THEN 'REASSIGNED'
    WHEN "n"."escalationsDone" > "o"."escalationsDone" THEN 'ESCALATED'
    WHEN "n"."votes" IS DISTINCT FROM "o"."votes" THEN 'WITHDRAWN'
    WHEN "n"."claimedBy" IS NOT NULL AND "n"."claimedBy" IS DISTINCT FROM "o"."claimedBy" THEN 'CLAIMED'
    WHEN "n"."claimedBy" IS NULL AND "o"."claimedBy" IS NOT NULL THEN 'RELEASED'
    ELSE 'UPDATED'
  END::"ReviewEventKind"
$$;
