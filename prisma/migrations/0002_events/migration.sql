-- The history of reviews. Every statement that inserts, updates or deletes reviews, whoever wrote it, leaves
-- one event a changed row, numbered per owner. The counter row is taken in the writing transaction and
-- held until it ends, so the order of numbers is the order of commits, without gaps: a reader that has seen
-- number n has seen everything up to n. (A sequence would not give that.)

CREATE TYPE "ReviewEventKind" AS ENUM (
  'REQUESTED', 'APPROVED', 'REJECTED', 'CANCELLED', 'PROCESSED', 'UPDATED', 'DELETED'
);

CREATE TABLE "OwnerCounter" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "lastNumber" BIGINT NOT NULL DEFAULT 0,
  "waiting" BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT "OwnerCounter_pkey" PRIMARY KEY ("userId")
) WITH (fillfactor = 50); -- room to update in place: each change of a review updates its owner's row

CREATE TABLE "ReviewEvent" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "number" BIGINT NOT NULL,
  "kind" "ReviewEventKind" NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  "graphExecId" TEXT COLLATE "C" NOT NULL,
  "actor" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ReviewEvent_pkey" PRIMARY KEY ("userId", "number")
);
CREATE INDEX "ReviewEvent_userId_nodeExecId_number_idx"
  ON "ReviewEvent" ("userId", "nodeExecId", "number");

-- For forgetting old events: they lie on disk as they came, so an index of ranges is enough, and costs a write nothing.
CREATE INDEX "ReviewEvent_at_idx" ON "ReviewEvent" USING BRIN ("at");

CREATE TYPE "ReviewChange" AS (
  "userId" TEXT COLLATE "C",
  "nodeExecId" TEXT COLLATE "C",
  "graphExecId" TEXT COLLATE "C",
  "kind" "ReviewEventKind",
  "actor" TEXT,
  "waiting" INTEGER -- how many more wait after the change: 1, 0 or -1
);

-- Who acts where the row does not say it: what the transaction set, else the user of the database.
CREATE FUNCTION "actingActor"() RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('holdpoint.actor', true), ''), session_user::text)
$$;

CREATE FUNCTION "eventKindOf"("status" "ReviewStatus", "source" "DecisionSource")
RETURNS "ReviewEventKind" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "status" = 'WAITING' THEN 'REQUESTED'::"ReviewEventKind"
    WHEN "status" = 'APPROVED' THEN 'APPROVED'::"ReviewEventKind"
    WHEN "source" = 'CANCELLATION' THEN 'CANCELLED'::"ReviewEventKind"
    ELSE 'REJECTED'::"ReviewEventKind"
  END
$$;

-- In PL/pgSQL although it is one statement: its plan is kept, where a function in SQL would be planned at every call.
CREATE FUNCTION "appendReviewEvents"("changes" "ReviewChange"[]) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  WITH "change" AS (
    SELECT *, row_number() OVER (PARTITION BY c."userId" ORDER BY c."position" DESC) - 1 AS "later"
    FROM unnest("changes") WITH ORDINALITY
      AS c("userId", "nodeExecId", "graphExecId", "kind", "actor", "waiting", "position")
  ), "counter" AS (
    INSERT INTO "OwnerCounter" AS o ("userId", "lastNumber", "waiting")
    SELECT c."userId", count(*), sum(c."waiting") FROM "change" c GROUP BY c."userId" ORDER BY c."userId"
    ON CONFLICT ("userId") DO UPDATE SET
      "lastNumber" = o."lastNumber" + excluded."lastNumber",
      "waiting" = o."waiting" + excluded."waiting"
    RETURNING o."userId", o."lastNumber"
  )
  INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor")
  SELECT c."userId", o."lastNumber" - c."later", c."kind", c."nodeExecId", c."graphExecId", c."actor"
  FROM "change" c JOIN "counter" o ON o."userId" = c."userId";
END $$;

-- Nearly every statement changes one review of an owner who has a counter. That case is one statement, at half the
-- cost; it finds nothing to do where there are several rows, or no counter yet, and the general way follows.
CREATE FUNCTION "reviewsInserted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "changes" "ReviewChange"[];
BEGIN
  WITH "only" AS (
    UPDATE "OwnerCounter" o SET
      "lastNumber" = o."lastNumber" + 1,
      "waiting" = o."waiting" + (n."status" = 'WAITING')::int
    FROM "newReview" n
    WHERE o."userId" = n."userId" AND NOT EXISTS (SELECT FROM "newReview" OFFSET 1)
    RETURNING o."userId", o."lastNumber", n."nodeExecId", n."graphExecId",
      "eventKindOf"(n."status", n."decisionSource") AS "kind",
      coalesce(n."decidedBy", n."requestedBy") AS "actor"
  )
  INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor")
  SELECT "userId", "lastNumber", "kind", "nodeExecId", "graphExecId", "actor" FROM "only";
  IF FOUND THEN RETURN NULL; END IF;

  "changes" := ARRAY(
    SELECT ROW(n."userId", n."nodeExecId", n."graphExecId",
      "eventKindOf"(n."status", n."decisionSource"),
      coalesce(n."decidedBy", n."requestedBy"),
      (n."status" = 'WAITING')::int)::"ReviewChange"
    FROM "newReview" n ORDER BY n."userId", n."nodeExecId");
  IF cardinality("changes") > 0 THEN PERFORM "appendReviewEvents"("changes"); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION "reviewsDeleted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "changes" "ReviewChange"[];
BEGIN
  "changes" := ARRAY(
    SELECT ROW(o."userId", o."nodeExecId", o."graphExecId", 'DELETED', "actingActor"(),
      -(o."status" = 'WAITING')::int)::"ReviewChange"
    FROM "oldReview" o ORDER BY o."userId", o."nodeExecId");
  IF cardinality("changes") > 0 THEN PERFORM "appendReviewEvents"("changes"); END IF;
  RETURN NULL;
END $$;

-- One review that is decided goes the short way. A row whose key was changed by hand is one review gone and another
-- one come: the full join shows it so. An update that changes nothing leaves no event.
CREATE FUNCTION "reviewsUpdated"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
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

CREATE FUNCTION "refuseTruncate"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of "PendingReview" would leave no events behind: use DELETE';
END $$;

CREATE TRIGGER "reviewsInserted" AFTER INSERT ON "PendingReview"
  REFERENCING NEW TABLE AS "newReview" FOR EACH STATEMENT EXECUTE FUNCTION "reviewsInserted"();
CREATE TRIGGER "reviewsUpdated" AFTER UPDATE ON "PendingReview"
  REFERENCING NEW TABLE AS "newReview" OLD TABLE AS "oldReview"
  FOR EACH STATEMENT EXECUTE FUNCTION "reviewsUpdated"();
CREATE TRIGGER "reviewsDeleted" AFTER DELETE ON "PendingReview"
  REFERENCING OLD TABLE AS "oldReview" FOR EACH STATEMENT EXECUTE FUNCTION "reviewsDeleted"();
CREATE TRIGGER "refuseTruncate" BEFORE TRUNCATE ON "PendingReview"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuseTruncate"();

-- A token that ends is told to every process at once. Rare, so NOTIFY may ride in the transaction.
CREATE FUNCTION "tellTokenEnded"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('holdpoint_token', OLD."id");
  RETURN NULL;
END $$;
CREATE TRIGGER "tellTokenEnded" AFTER UPDATE OR DELETE ON "ApiToken"
  FOR EACH ROW EXECUTE FUNCTION "tellTokenEnded"();
