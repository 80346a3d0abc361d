-- The triggers also work where the tables are spread over several servers. There the rows of a
-- table have another type on each server, so functions get columns instead of rows; rows that
-- changed are read before another table is; and each statement is about one workspace and writes
-- one table. See docs/scaling.md.

CREATE FUNCTION "bytesOf"(
  "payloadBytes" INTEGER, "instructions" TEXT, "answerSchema" TEXT, "answer" TEXT, "earlierBytes" BIGINT
) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
  SELECT "payloadBytes" + coalesce(octet_length("instructions"), 0)::bigint
    + coalesce(octet_length("answerSchema"), 0) + coalesce(octet_length("answer"), 0) + "earlierBytes"
$$;

-- A new enum value cannot be used before the commit, not even in the body of a function that is
-- only validated.
SET LOCAL check_function_bodies = off;

-- When the job of the workspace has to look at the review next. Null: never.
CREATE FUNCTION "deadlineOf"(
  "status" "ReviewStatus", "isUsed" BOOLEAN, "expiresAt" TIMESTAMPTZ, "nextEscalationAt" TIMESTAMPTZ,
  "validUntil" TIMESTAMPTZ
) RETURNS TIMESTAMPTZ LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "status" = 'WAITING' THEN least("expiresAt", "nextEscalationAt")
    WHEN "status" = 'CHANGES_REQUESTED' THEN "expiresAt"
    WHEN "status" = 'APPROVED' AND NOT "isUsed" THEN "validUntil"
  END
$$;

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
  PERFORM "writeJobsDue"("owner", "deadline", "hasWebhooks", "isEarlyEnough", "isSearchDue");
END $$;

CREATE FUNCTION "writeJobsDue"(
  "owner" TEXT, "deadline" TIMESTAMPTZ, "hasWebhooks" BOOLEAN, "isEarlyEnough" BOOLEAN,
  "isSearchDue" BOOLEAN
) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE "soon" TIMESTAMPTZ := now() + interval '200 ms';
BEGIN
  IF "hasWebhooks" THEN
    UPDATE "Job" j SET "dueAt" = least(j."dueAt", "at"."now") FROM (SELECT now()) AS "at"("now")
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
    VALUES ("owner", 'updateSearch', '', "soon")
    ON CONFLICT ("userId", "kind", "key") DO UPDATE SET "dueAt" = excluded."dueAt"
    WHERE j."dueAt" IS NULL;
  END IF;
END $$;

-- One workspace after the other. Nearly always there is one, with a counter.
CREATE OR REPLACE FUNCTION "appendReviewEvents"("changes" "ReviewChange"[])
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  "change" "ReviewChange" := "changes"[1];
  "owner" TEXT := "change"."userId";
  "all" RECORD;
  "start" BIGINT;
  "next" BIGINT;
BEGIN
  IF cardinality("changes") = 0 THEN RETURN; END IF;
  IF cardinality("changes") = 1 THEN
    UPDATE "OwnerCounter" o SET
      "lastNumber" = o."lastNumber" + 1, "waiting" = o."waiting" + "change"."waiting",
      "storedBytes" = o."storedBytes" + "change"."bytes"
    WHERE o."userId" = "owner" RETURNING o."lastNumber" INTO "next";
    IF FOUND THEN
      INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor",
        "requestedBy", "consumers", "status", "decisionSource", "payloadDigest", "message")
      VALUES ("owner", "next", "change"."kind", "change"."nodeExecId",
        "change"."graphExecId", "change"."actor", "change"."requestedBy", "change"."consumers",
        "change"."status", "change"."decisionSource", "change"."payloadDigest",
        "change"."message");
      PERFORM "makeJobsDue"("owner", "change"."deadline");
      RETURN;
    END IF;
  END IF;

  FOR "all" IN
    SELECT c."userId", count(*) AS "count", sum(c."waiting") AS "waiting", sum(c."bytes") AS "bytes",
      min(c."deadline") AS "deadline"
    FROM unnest("changes") c GROUP BY c."userId" ORDER BY c."userId"
  LOOP
    "owner" := "all"."userId";
    UPDATE "OwnerCounter" o SET
      "lastNumber" = o."lastNumber" + "all"."count", "waiting" = o."waiting" + "all"."waiting",
      "storedBytes" = o."storedBytes" + "all"."bytes"
    WHERE o."userId" = "owner" RETURNING o."lastNumber" INTO "next";
    IF NOT FOUND THEN
      SELECT e."start" INTO "start" FROM "FeedEpoch" e;
      INSERT INTO "OwnerCounter" AS o ("userId", "lastNumber", "waiting", "storedBytes")
      VALUES ("owner", "start" + "all"."count", "all"."waiting", "all"."bytes")
      ON CONFLICT ("userId") DO UPDATE SET
        "lastNumber" = o."lastNumber" + "all"."count",
        "waiting" = o."waiting" + excluded."waiting",
        "storedBytes" = o."storedBytes" + excluded."storedBytes"
      RETURNING o."lastNumber" INTO "next";
    END IF;
    INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor",
      "requestedBy", "consumers", "status", "decisionSource", "payloadDigest", "message")
    SELECT "owner", "next" + 1 - row_number() OVER (ORDER BY c."nodeExecId" DESC), c."kind",
      c."nodeExecId", c."graphExecId", c."actor", c."requestedBy", c."consumers", c."status",
      c."decisionSource", c."payloadDigest", c."message"
    FROM unnest("changes") c WHERE c."userId" = "owner";
    PERFORM "makeJobsDue"("owner", "all"."deadline");
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION "reviewsInserted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT ROW(n."userId", "eventKindOf"(n."status", n."decisionSource"), n."nodeExecId",
      n."graphExecId", coalesce(n."decidedBy", n."requestedBy"), n."requestedBy",
      nullif(n."consumers", '{}'), n."status", n."decisionSource", n."payloadDigest",
      n."reviewMessage", (n."status" = 'WAITING')::int,
      "bytesOf"(n."payloadBytes", n."instructions", n."answerSchema", n."answer", n."earlierBytes"),
      "deadlineOf"(n."status", n."processed" OR n."voidedAt" IS NOT NULL, n."expiresAt",
        n."nextEscalationAt", n."validUntil"))::"ReviewChange"
    FROM "newReview" n));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "reviewsDeleted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT ROW(o."userId", 'DELETED', o."nodeExecId", o."graphExecId", "actingActor"(),
      o."requestedBy", nullif(o."consumers", '{}'), o."status", o."decisionSource",
      o."payloadDigest", o."reviewMessage", -(o."status" = 'WAITING')::int,
      -"bytesOf"(o."payloadBytes", o."instructions", o."answerSchema", o."answer", o."earlierBytes"),
      "deadlineOf"(o."status", o."processed" OR o."voidedAt" IS NOT NULL, o."expiresAt",
        o."nextEscalationAt", o."validUntil"))::"ReviewChange"
    FROM "oldReview" o));
  RETURN NULL;
END $$;

-- A review whose key is changed by hand is deleted, and requested under the new key.
CREATE OR REPLACE FUNCTION "reviewMoved"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY[ROW(OLD."userId", 'DELETED', OLD."nodeExecId",
    OLD."graphExecId", "actingActor"(), OLD."requestedBy", nullif(OLD."consumers", '{}'),
    OLD."status", OLD."decisionSource", OLD."payloadDigest", OLD."reviewMessage",
    -(OLD."status" = 'WAITING')::int,
    -"bytesOf"(OLD."payloadBytes", OLD."instructions", OLD."answerSchema", OLD."answer",
      OLD."earlierBytes"),
    "deadlineOf"(OLD."status", OLD."processed" OR OLD."voidedAt" IS NOT NULL, OLD."expiresAt",
      OLD."nextEscalationAt", OLD."validUntil"))::"ReviewChange"]);
  RETURN NULL;
END $$;

-- Nearly every update settles one waiting review. Reading its columns one by one costs less than
-- comparing and passing on whole rows.
CREATE OR REPLACE FUNCTION "reviewsUpdated"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "r" RECORD;
BEGIN
  SELECT n."userId", n."nodeExecId", n."graphExecId", n."status", n."decisionSource", n."decidedBy",
    n."requestedBy", nullif(n."consumers", '{}') AS "consumers", n."payloadDigest",
    n."reviewMessage", "deadlineOf"(n."status", n."processed" OR n."voidedAt" IS NOT NULL,
      n."expiresAt", n."nextEscalationAt", n."validUntil") AS "deadline",
    "bytesOf"(n."payloadBytes", n."instructions", n."answerSchema", n."answer", n."earlierBytes")
      - "bytesOf"(o."payloadBytes", o."instructions", o."answerSchema", o."answer", o."earlierBytes")
      AS "bytes"
  INTO "r"
  FROM "newReview" n
  JOIN "oldReview" o ON o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
  WHERE o."status" = 'WAITING' AND n."status" <> 'WAITING' AND n."decidedBy" IS NOT NULL
    AND NOT EXISTS (SELECT FROM "newReview" OFFSET 1);
  IF FOUND THEN
    PERFORM "appendReviewEvents"(ARRAY[ROW("r"."userId",
      "eventKindOf"("r"."status", "r"."decisionSource"), "r"."nodeExecId", "r"."graphExecId",
      "r"."decidedBy", "r"."requestedBy", "r"."consumers", "r"."status", "r"."decisionSource",
      "r"."payloadDigest", "r"."reviewMessage", -1, "r"."bytes", "r"."deadline")::"ReviewChange"]);
    RETURN NULL;
  END IF;

  -- An update that changes nothing writes no event, nor does the renewal of a claim. Comparing
  -- whole rows is slow, so it comes last.
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT ROW(n."userId",
      CASE
        WHEN o."status" <> n."status" AND n."status" <> 'WAITING' OR o."status" IS NULL
          THEN "eventKindOf"(n."status", n."decisionSource")
        WHEN n."revision" > o."revision" THEN 'REVISED'
        WHEN o."status" <> n."status" THEN 'WITHDRAWN'
        WHEN o."processed" <> n."processed" THEN 'PROCESSED'
        WHEN n."outcome" IS DISTINCT FROM o."outcome" AND n."outcome" IS NOT NULL THEN 'REPORTED'
        WHEN n."voidedAt" IS NOT NULL AND o."voidedAt" IS NULL THEN 'VOIDED'
        WHEN jsonb_array_length(n."votes") > coalesce(jsonb_array_length(o."votes"), 0) THEN 'VOTED'
        WHEN n."commentCount" > o."commentCount" THEN 'COMMENTED'
        WHEN n."approvalsRequired" IS DISTINCT FROM o."approvalsRequired"
          OR n."reassignedBy" <> o."reassignedBy"
          OR (n."status" = 'WAITING' AND n."reviewMessage" IS DISTINCT FROM o."reviewMessage")
          THEN 'REASSIGNED'
        WHEN n."escalationsDone" > o."escalationsDone" THEN 'ESCALATED'
        WHEN n."votes" IS DISTINCT FROM o."votes" THEN 'WITHDRAWN'
        WHEN n."claimedBy" IS NOT NULL AND n."claimedBy" IS DISTINCT FROM o."claimedBy" THEN 'CLAIMED'
        WHEN n."claimedBy" IS NULL AND o."claimedBy" IS NOT NULL THEN 'RELEASED'
        ELSE 'UPDATED'
      END,
      n."nodeExecId", n."graphExecId",
      coalesce(CASE
        WHEN n."status" <> 'WAITING' AND o."status" IS DISTINCT FROM n."status" THEN n."decidedBy"
        WHEN n."consumedAt" IS DISTINCT FROM o."consumedAt" THEN n."consumedBy"
        WHEN n."outcomeAt" IS DISTINCT FROM o."outcomeAt" THEN n."outcomeBy"
      END, "actingActor"()),
      n."requestedBy", nullif(n."consumers", '{}'), n."status", n."decisionSource",
      n."payloadDigest", n."reviewMessage",
      (n."status" = 'WAITING')::int - coalesce((o."status" = 'WAITING')::int, 0),
      "bytesOf"(n."payloadBytes", n."instructions", n."answerSchema", n."answer", n."earlierBytes")
        - coalesce("bytesOf"(o."payloadBytes", o."instructions", o."answerSchema", o."answer",
          o."earlierBytes"), 0),
      "deadlineOf"(n."status", n."processed" OR n."voidedAt" IS NOT NULL, n."expiresAt",
        n."nextEscalationAt", n."validUntil"))::"ReviewChange"
    FROM "newReview" n FULL JOIN "oldReview" o
      ON o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
    WHERE coalesce(n."userId", '') <> '' AND (n."status" IS DISTINCT FROM o."status"
      OR (n IS DISTINCT FROM o AND (n."claimedUntil" IS NOT DISTINCT FROM o."claimedUntil"
        OR n."claimedBy" IS DISTINCT FROM o."claimedBy")))));
  RETURN NULL;
END $$;

DROP FUNCTION "reviewChange"("PendingReview", "ReviewEventKind", TEXT, INTEGER, BIGINT);
DROP FUNCTION "changeKindOf"("PendingReview", "PendingReview");
DROP FUNCTION "deadlineOf"("PendingReview");
DROP FUNCTION "bytesOf"("PendingReview");

-- One workspace after the other. Nearly always there is one.
CREATE OR REPLACE FUNCTION "peopleChanged"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "owner" TEXT;
BEGIN
  FOR "owner" IN SELECT DISTINCT "userId" FROM "changed" ORDER BY "userId" LOOP
    INSERT INTO "PeopleVersion" AS v ("userId", "version") VALUES ("owner", 1)
    ON CONFLICT ("userId") DO UPDATE SET "version" = v."version" + 1;
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "attachmentsStored"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  "stored" RECORD;
  "owner" TEXT;
  "start" BIGINT;
BEGIN
  SELECT e."start" INTO "start" FROM "FeedEpoch" e;
  FOR "stored" IN
    SELECT "userId", sum("size") AS "bytes" FROM "newAttachment" GROUP BY "userId" ORDER BY "userId"
  LOOP
    "owner" := "stored"."userId";
    INSERT INTO "OwnerCounter" AS c ("userId", "lastNumber", "storedBytes")
    VALUES ("owner", "start", "stored"."bytes")
    ON CONFLICT ("userId") DO UPDATE SET "storedBytes" = c."storedBytes" + excluded."storedBytes";
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "attachmentsRemoved"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  "removed" RECORD;
  "owner" TEXT;
BEGIN
  FOR "removed" IN
    SELECT "userId", sum("size") AS "bytes" FROM "oldAttachment" GROUP BY "userId" ORDER BY "userId"
  LOOP
    "owner" := "removed"."userId";
    UPDATE "OwnerCounter" c SET "storedBytes" = c."storedBytes" - "removed"."bytes"
    WHERE c."userId" = "owner";
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "attachmentsUnused"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "owner" TEXT := OLD."userId";
BEGIN
  UPDATE "Attachment" SET "usedAt" = "at"."now" FROM (SELECT now()) AS "at"("now")
  WHERE "userId" = "owner" AND "digest" = ANY (OLD."attachments");
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "deleteConversation"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "owner" TEXT := OLD."userId";
BEGIN
  DELETE FROM "ReviewRevision" WHERE "userId" = "owner" AND "nodeExecId" = OLD."nodeExecId";
  DELETE FROM "ReviewComment" WHERE "userId" = "owner" AND "nodeExecId" = OLD."nodeExecId";
  RETURN NULL;
END $$;
