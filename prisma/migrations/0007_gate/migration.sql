-- generation: 2
-- Binds decisions to subjects, and approvals to the actors that may use them. See CHANGELOG.md,
-- version 2.0. Not rolling: versions before 2.0 cannot run on the new schema.

-- The updates below must not create events, because the reviews themselves do not change.
ALTER TABLE "PendingReview" DISABLE TRIGGER USER;
DROP TRIGGER "forgetPayloadDigest" ON "PendingReview";
DROP FUNCTION "forgetPayloadDigest";

-- Payloads become text, so that every database client preserves each byte. originalPayload is only
-- stored if it differs from payload.
ALTER TABLE "PendingReview"
  ALTER "payload" TYPE TEXT USING "payload"::text,
  ALTER "originalPayload" DROP NOT NULL,
  ALTER "originalPayload" TYPE TEXT USING nullif("originalPayload"::text, "payload"::text),
  ADD "nodeId" TEXT COLLATE "C",
  ADD "askId" UUID NOT NULL DEFAULT gen_random_uuid(),
  ADD "consumers" TEXT[] NOT NULL DEFAULT '{}',
  ADD "validUntil" TIMESTAMPTZ(3),
  ADD "voidedAt" TIMESTAMPTZ(3);
-- A separate statement, because an expression can only use columns that already have their new type.
ALTER TABLE "PendingReview" ADD "payloadBytes" INTEGER NOT NULL GENERATED ALWAYS AS
  (octet_length("payload") + coalesce(octet_length("originalPayload"), 0)) STORED;

-- The nodeId that was shown for a review so far.
UPDATE "PendingReview" r SET "nodeId" = CASE
  WHEN r."nodeExecId" LIKE 'copilot-%' THEN regexp_replace(r."nodeExecId", ':[^:]*$', '')
  ELSE coalesce(
    (SELECT n."nodeId" FROM "NodeExecution" n
      WHERE n."userId" = r."userId" AND n."nodeExecId" = r."nodeExecId"),
    r."nodeExecId")
  END;
ALTER TABLE "PendingReview" ALTER "nodeId" SET NOT NULL;
DROP TABLE "NodeExecution";

-- Approvals lapse: 72 hours after a person gave them, 1 hour after a standing approval did.
UPDATE "PendingReview" SET "validUntil" = "reviewedAt" +
  CASE "decisionSource" WHEN 'AUTO_APPROVAL' THEN interval '1 hour' ELSE interval '72 hours' END
WHERE "status" = 'APPROVED' AND "reviewedAt" IS NOT NULL;

DROP INDEX "PendingReview_expiring";
CREATE INDEX "PendingReview_expiring" ON "PendingReview" ("userId", "expiresAt")
  WHERE "status" = 'WAITING' AND "expiresAt" IS NOT NULL;
CREATE INDEX "PendingReview_lapsing" ON "PendingReview" ("userId", "validUntil")
  WHERE "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL;
DROP INDEX "PendingReview_unconsumed";
CREATE INDEX "PendingReview_unconsumed" ON "PendingReview" ("userId", "createdAt", "nodeExecId")
  WHERE "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL;

-- A run belongs to the actor that requested the first review in it. Without requests, it belongs to
-- the next actor that registers it.
ALTER TABLE "GraphExecution" ADD "registeredBy" TEXT, ADD "stoppedBy" TEXT;
UPDATE "GraphExecution" e SET "registeredBy" = (
  SELECT r."requestedBy" FROM "PendingReview" r
  WHERE r."userId" = e."userId" AND r."graphExecId" = e."graphExecId"
  ORDER BY r."createdAt", r."nodeExecId" LIMIT 1);

-- Copilot sessions get a record too, so that a stopped one stays stopped.
INSERT INTO "GraphExecution"
  ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy", "createdAt", "updatedAt")
SELECT DISTINCT ON ("userId", "graphExecId")
  "userId", "graphExecId", "graphId", "graphVersion", 'RUNNING', "requestedBy", "createdAt", "createdAt"
FROM "PendingReview" WHERE "graphExecId" LIKE 'copilot-%'
ORDER BY "userId", "graphExecId", "createdAt", "nodeExecId"
ON CONFLICT DO NOTHING;

-- A standing approval covers one workflow and version, and one agent if it was created by a decision.
-- Existing ones still cover all agents of the run, and end a day from now if they had no end.
ALTER TABLE "AutoApproval"
  ALTER "payload" TYPE TEXT USING "payload"::text,
  ADD "requestedBy" TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE "AutoApproval" ALTER "graphId" TYPE TEXT COLLATE "C",
  ADD "payloadBytes" INTEGER NOT NULL GENERATED ALWAYS AS (octet_length("payload")) STORED;
ALTER TABLE "AutoApproval" DROP CONSTRAINT "AutoApproval_pkey";
ALTER TABLE "AutoApproval" ADD CONSTRAINT "AutoApproval_pkey"
  PRIMARY KEY ("userId", "graphExecId", "nodeId", "graphId", "graphVersion", "requestedBy");
UPDATE "AutoApproval" SET "expiresAt" = now() + interval '24 hours'
WHERE "expiresAt" IS NULL AND "revokedAt" IS NULL;

-- Events record who asked, the state, the digest and the message. For older events only the requester
-- is known.
ALTER TYPE "ReviewEventKind" ADD VALUE 'VOIDED';
ALTER TABLE "ReviewEvent"
  ADD "requestedBy" TEXT,
  ADD "consumers" TEXT[],
  ADD "status" "ReviewStatus",
  ADD "decisionSource" "DecisionSource",
  ADD "payloadDigest" TEXT,
  ADD "message" TEXT;
UPDATE "ReviewEvent" e SET "requestedBy" = coalesce(
  (SELECT asked."actor" FROM "ReviewEvent" asked
    WHERE asked."userId" = e."userId" AND asked."nodeExecId" = e."nodeExecId"
      AND asked."kind" = 'REQUESTED' AND asked."number" <= e."number"
    ORDER BY asked."number" DESC LIMIT 1),
  (SELECT r."requestedBy" FROM "PendingReview" r
    WHERE r."userId" = e."userId" AND r."nodeExecId" = e."nodeExecId"),
  e."actor");
ALTER TABLE "ReviewEvent" ALTER "requestedBy" SET NOT NULL;

-- Refuses text that is not JSON: the cast in the condition fails, so the function never runs. A CHECK
-- would parse a large payload again whenever any other column changes.
CREATE FUNCTION "refuseJson"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The payload is not JSON';
END $$;
CREATE TRIGGER "payloadIsJson" BEFORE INSERT OR UPDATE OF "payload" ON "PendingReview" FOR EACH ROW
  WHEN (NEW."payload"::json IS NULL) EXECUTE FUNCTION "refuseJson"();
CREATE TRIGGER "payloadIsJson" BEFORE INSERT OR UPDATE OF "payload" ON "AutoApproval" FOR EACH ROW
  WHEN (NEW."payload"::json IS NULL) EXECUTE FUNCTION "refuseJson"();

-- A changed payload is a new subject, even if it is changed with plain SQL. Plain SQL does not set the
-- digest; it is then null, and computed when the review is read.
CREATE FUNCTION "payloadChanged"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  NEW."askId" := gen_random_uuid();
  NEW."originalPayload" := coalesce(OLD."originalPayload", OLD."payload");
  IF NEW."payloadDigest" = OLD."payloadDigest" THEN NEW."payloadDigest" := NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "payloadChanged" BEFORE UPDATE OF "payload" ON "PendingReview" FOR EACH ROW
  WHEN (NEW."payload" <> OLD."payload") EXECUTE FUNCTION "payloadChanged"();

-- Replaces the triggers that write events, for the new columns of events.
DROP FUNCTION "appendReviewEvents";
DROP TYPE "ReviewChange";
CREATE TYPE "ReviewChange" AS (
  "userId" TEXT COLLATE "C",
  "kind" "ReviewEventKind",
  "nodeExecId" TEXT COLLATE "C",
  "graphExecId" TEXT COLLATE "C",
  "actor" TEXT,
  "requestedBy" TEXT,
  "consumers" TEXT[],
  "status" "ReviewStatus",
  "decisionSource" "DecisionSource",
  "payloadDigest" TEXT,
  "message" TEXT,
  "waiting" INTEGER, -- how many more wait after the change: 1, 0 or -1
  "bytes" BIGINT, -- how many more bytes are stored after the change
  "deadline" TIMESTAMPTZ -- when the review expires or the approval lapses; null: never
);

-- Event numbers in a new workspace begin after "start", which is 0 until a restore. See
-- src/feed/afterRestore.ts.
CREATE TABLE "FeedEpoch" ("start" BIGINT NOT NULL, CONSTRAINT "FeedEpoch_pkey" PRIMARY KEY ("start"));
INSERT INTO "FeedEpoch" VALUES (0);

CREATE FUNCTION "deadlineOf"("review" "PendingReview") RETURNS TIMESTAMPTZ LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "review"."status" = 'WAITING' THEN "review"."expiresAt"
    WHEN "review"."status" = 'APPROVED' AND NOT "review"."processed" AND "review"."voidedAt" IS NULL
      THEN "review"."validUntil"
  END
$$;

-- What a review counts for the quota of stored bytes.
CREATE FUNCTION "bytesOf"("review" "PendingReview") RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
  SELECT "review"."payloadBytes" + coalesce(octet_length("review"."instructions"), 0)::bigint
$$;
ALTER TABLE "OwnerCounter" ADD "storedBytes" BIGINT NOT NULL DEFAULT 0;
UPDATE "OwnerCounter" c SET "storedBytes" = "stored"."bytes"
FROM (SELECT r."userId", sum("bytesOf"(r)) AS "bytes" FROM "PendingReview" r GROUP BY r."userId") "stored"
WHERE c."userId" = "stored"."userId";

CREATE FUNCTION "reviewChange"(
  "review" "PendingReview", "kind" "ReviewEventKind", "actor" TEXT, "waiting" INTEGER, "bytes" BIGINT
) RETURNS "ReviewChange" LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW("review"."userId", "kind", "review"."nodeExecId", "review"."graphExecId", "actor",
    "review"."requestedBy", nullif("review"."consumers", '{}'), "review"."status",
    "review"."decisionSource", "review"."payloadDigest", "review"."reviewMessage",
    "waiting", "bytes", "deadlineOf"("review"))::"ReviewChange"
$$;

-- Timed work: when each job is due next, and which process holds its lease.
CREATE TABLE "Job" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "key" TEXT COLLATE "C" NOT NULL,
  "dueAt" TIMESTAMPTZ,
  "leaseId" UUID,
  "leasedUntil" TIMESTAMPTZ,
  "slow" BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT "Job_pkey" PRIMARY KEY ("userId", "kind", "key")
) WITH ( -- a small table that changes all the time
  fillfactor = 50, vacuum_truncate = off, autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 1000
);
CREATE INDEX "Job_ready" ON "Job" ("kind", "slow", (coalesce("leasedUntil", "dueAt")));

-- Called with the events of a workspace, in their transaction: its webhooks are due at once, and its
-- reviews when the first of them has its deadline. Locking the row, even where nothing changes, makes
-- whoever claims the job wait for the commit. A deadline after the due time needs no lock: the job
-- waits for the workspace's counter, which this transaction holds, before it looks for the next one.
CREATE FUNCTION "makeJobsDue"("owner" TEXT, "deadline" TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "Job" j SET "dueAt" = least(j."dueAt", now())
  WHERE j."userId" = "owner" AND j."kind" = 'deliverWebhook';
  IF "deadline" IS NOT NULL AND NOT EXISTS (
    SELECT FROM "Job" j WHERE j."userId" = "owner" AND j."kind" = 'expireReviews' AND j."key" = ''
      AND j."dueAt" <= "deadline"
  ) THEN
    INSERT INTO "Job" AS j ("userId", "kind", "key", "dueAt")
    VALUES ("owner", 'expireReviews', '', "deadline")
    ON CONFLICT ("userId", "kind", "key") DO UPDATE SET "dueAt" = excluded."dueAt"
    WHERE j."dueAt" IS NULL OR j."dueAt" > excluded."dueAt";
  END IF;
END $$;

-- PL/pgSQL caches the plans of its statements; an SQL function would be planned at every call. Nearly
-- every statement changes one review of a workspace that has a counter. This case costs half as much
-- as the general one.
CREATE FUNCTION "appendReviewEvents"("changes" "ReviewChange"[]) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  "change" "ReviewChange" := "changes"[1];
  "next" BIGINT;
BEGIN
  IF cardinality("changes") = 0 THEN RETURN; END IF;
  IF cardinality("changes") = 1 THEN
    UPDATE "OwnerCounter" o SET
      "lastNumber" = o."lastNumber" + 1, "waiting" = o."waiting" + "change"."waiting",
      "storedBytes" = o."storedBytes" + "change"."bytes"
    WHERE o."userId" = "change"."userId" RETURNING o."lastNumber" INTO "next";
    IF FOUND THEN
      INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor",
        "requestedBy", "consumers", "status", "decisionSource", "payloadDigest", "message")
      VALUES ("change"."userId", "next", "change"."kind", "change"."nodeExecId",
        "change"."graphExecId", "change"."actor", "change"."requestedBy", "change"."consumers",
        "change"."status", "change"."decisionSource", "change"."payloadDigest",
        "change"."message");
      PERFORM "makeJobsDue"("change"."userId", "change"."deadline");
      RETURN;
    END IF;
  END IF;

  WITH "numbered" AS (
    SELECT *, row_number() OVER (PARTITION BY c."userId" ORDER BY c."nodeExecId" DESC) - 1 AS "later"
    FROM unnest("changes") c
  ), "counter" AS (
    INSERT INTO "OwnerCounter" AS o ("userId", "lastNumber", "waiting", "storedBytes")
    SELECT n."userId", (SELECT "start" FROM "FeedEpoch") + count(*), sum(n."waiting"), sum(n."bytes")
    FROM "numbered" n GROUP BY n."userId" ORDER BY n."userId"
    ON CONFLICT ("userId") DO UPDATE SET
      "lastNumber" = o."lastNumber" + excluded."lastNumber" - (SELECT "start" FROM "FeedEpoch"),
      "waiting" = o."waiting" + excluded."waiting",
      "storedBytes" = o."storedBytes" + excluded."storedBytes"
    RETURNING o."userId", o."lastNumber"
  )
  INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor",
    "requestedBy", "consumers", "status", "decisionSource", "payloadDigest", "message")
  SELECT n."userId", o."lastNumber" - n."later", n."kind", n."nodeExecId", n."graphExecId", n."actor",
    n."requestedBy", n."consumers", n."status", n."decisionSource", n."payloadDigest", n."message"
  FROM "numbered" n JOIN "counter" o ON o."userId" = n."userId";

  PERFORM "makeJobsDue"(d."userId", d."deadline") FROM (
    SELECT c."userId", min(c."deadline") AS "deadline" FROM unnest("changes") c
    GROUP BY c."userId" ORDER BY c."userId") d;
END $$;

CREATE OR REPLACE FUNCTION "reviewsInserted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT "reviewChange"(n, "eventKindOf"(n."status", n."decisionSource"),
      coalesce(n."decidedBy", n."requestedBy"), (n."status" = 'WAITING')::int, "bytesOf"(n))
    FROM "newReview" n));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "reviewsDeleted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT "reviewChange"(o, 'DELETED', "actingActor"(), -(o."status" = 'WAITING')::int, -"bytesOf"(o))
    FROM "oldReview" o));
  RETURN NULL;
END $$;

-- A new enum value cannot be used before the commit, not even in the body of a function that is only
-- validated.
SET LOCAL check_function_bodies = off;

-- An update that changes nothing writes no event. Comparing whole rows is slow, so it comes last.
CREATE OR REPLACE FUNCTION "reviewsUpdated"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT "reviewChange"(n,
      CASE
        WHEN o."status" IS DISTINCT FROM n."status" THEN "eventKindOf"(n."status", n."decisionSource")
        WHEN o."processed" <> n."processed" THEN 'PROCESSED'
        WHEN n."outcome" IS DISTINCT FROM o."outcome" AND n."outcome" IS NOT NULL THEN 'REPORTED'
        WHEN n."voidedAt" IS NOT NULL AND o."voidedAt" IS NULL THEN 'VOIDED'
        ELSE 'UPDATED'
      END,
      CASE WHEN n."status" <> 'WAITING' AND o."status" IS DISTINCT FROM n."status"
        THEN coalesce(n."decidedBy", "actingActor"()) ELSE "actingActor"() END,
      (n."status" = 'WAITING')::int - coalesce((o."status" = 'WAITING')::int, 0),
      "bytesOf"(n) - coalesce("bytesOf"(o), 0))
    FROM "newReview" n LEFT JOIN "oldReview" o
      ON o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
    WHERE n."status" IS DISTINCT FROM o."status" OR n IS DISTINCT FROM o));
  RETURN NULL;
END $$;

-- A review whose key is changed by hand is deleted, and requested under the new key.
CREATE FUNCTION "reviewMoved"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY["reviewChange"(OLD, 'DELETED', "actingActor"(),
    -(OLD."status" = 'WAITING')::int, -"bytesOf"(OLD))]);
  RETURN NULL;
END $$;
CREATE TRIGGER "reviewMoved" AFTER UPDATE ON "PendingReview" FOR EACH ROW
  WHEN (NEW."userId" <> OLD."userId" OR NEW."nodeExecId" <> OLD."nodeExecId")
  EXECUTE FUNCTION "reviewMoved"();

ALTER TABLE "PendingReview" ENABLE TRIGGER USER;

-- Webhooks: one job delivers all messages of a webhook, so deliveries have no slots any more. Pending
-- deliveries are kept, and the new jobs find them.
-- Other applications may have their jobs in the schema that graphile-worker uses by default. Then
-- only ours go.
DO $$ BEGIN
  IF to_regclass('graphile_worker._private_tasks') IS NOT NULL THEN
    DELETE FROM graphile_worker._private_jobs WHERE "task_id" IN (
      SELECT "id" FROM graphile_worker._private_tasks WHERE "identifier" = 'webhook');
    IF NOT EXISTS (
      SELECT FROM graphile_worker._private_tasks WHERE "identifier" <> 'webhook'
    ) THEN
      DROP SCHEMA graphile_worker CASCADE;
    END IF;
  END IF;
END $$;
DROP TABLE "WebhookSlot";
ALTER TABLE "Webhook" DROP "slow", ADD "disabledReason" TEXT, ADD "pausedUntil" TIMESTAMPTZ(3);
ALTER TABLE "WebhookDelivery" DROP "slot"; -- and the index "WebhookDelivery_next" with it
CREATE INDEX "WebhookDelivery_next"
  ON "WebhookDelivery" ("userId", "webhookId", "nextAttemptAt", "number") WHERE "status" = 'PENDING';
DROP INDEX "WebhookDelivery_createdAt_idx";
DELETE FROM "WebhookDelivery" d WHERE NOT EXISTS (
  SELECT FROM "Webhook" w WHERE w."userId" = d."userId" AND w."id" = d."webhookId");

INSERT INTO "Job" ("userId", "kind", "key", "dueAt")
SELECT r."userId", 'expireReviews', '', min("deadlineOf"(r))
FROM "PendingReview" r WHERE "deadlineOf"(r) IS NOT NULL GROUP BY r."userId"
UNION ALL SELECT "userId", 'deliverWebhook', "id", now() FROM "Webhook" WHERE "enabled"
UNION ALL SELECT "userId", 'pruneDeliveries', "id", now() FROM "Webhook"
UNION ALL SELECT '', 'pruneEvents', '', now();
