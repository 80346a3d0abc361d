-- How much the reviews of each workspace store, for the quota. It is counted in the row that every change of a review
-- updates anyway.

-- Nobody writes reviews until this migration is done, so that none is counted twice or not at all.
LOCK TABLE "PendingReview" IN SHARE ROW EXCLUSIVE MODE;

ALTER TABLE "OwnerCounter" ADD "storedBytes" BIGINT NOT NULL DEFAULT 0;

CREATE FUNCTION "bytesOf"("review" "PendingReview") RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
  SELECT "review"."payloadBytes" + coalesce(octet_length("review"."instructions"), 0)::bigint
$$;

UPDATE "OwnerCounter" c SET "storedBytes" = "stored"."bytes"
FROM (SELECT r."userId", sum("bytesOf"(r)) AS "bytes" FROM "PendingReview" r GROUP BY r."userId") "stored"
WHERE c."userId" = "stored"."userId";

-- "bytes": how many more bytes are stored after the change; negative: fewer.
ALTER TYPE "ReviewChange" ADD ATTRIBUTE "bytes" BIGINT;

DROP FUNCTION "reviewChange"("PendingReview", "ReviewEventKind", TEXT, INTEGER);
CREATE FUNCTION "reviewChange"(
  "review" "PendingReview", "kind" "ReviewEventKind", "actor" TEXT, "waiting" INTEGER, "bytes" BIGINT
) RETURNS "ReviewChange" LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW("review"."userId", "kind", "review"."nodeExecId", "review"."graphExecId", "actor",
    "review"."requestedBy", nullif("review"."consumers", '{}'), "review"."status",
    "review"."decisionSource", "review"."payloadDigest", "review"."reviewMessage",
    "waiting", "deadlineOf"("review"), "bytes")::"ReviewChange"
$$;

CREATE OR REPLACE FUNCTION "appendReviewEvents"("changes" "ReviewChange"[]) RETURNS VOID LANGUAGE plpgsql AS $$
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
    SELECT *, row_number() OVER (PARTITION BY c."userId" ORDER BY c."position" DESC) - 1 AS "later"
    FROM unnest("changes") WITH ORDINALITY AS c("userId", "kind", "nodeExecId", "graphExecId",
      "actor", "requestedBy", "consumers", "status", "decisionSource", "payloadDigest", "message",
      "waiting", "deadline", "bytes", "position")
  ), "counter" AS (
    INSERT INTO "OwnerCounter" AS o ("userId", "lastNumber", "waiting", "storedBytes")
    SELECT n."userId", count(*), sum(n."waiting"), sum(n."bytes") FROM "numbered" n GROUP BY n."userId" ORDER BY n."userId"
    ON CONFLICT ("userId") DO UPDATE SET
      "lastNumber" = o."lastNumber" + excluded."lastNumber",
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
    FROM "newReview" n ORDER BY n."userId", n."nodeExecId"));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "reviewsDeleted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT "reviewChange"(o, 'DELETED', "actingActor"(), -(o."status" = 'WAITING')::int, -"bytesOf"(o))
    FROM "oldReview" o ORDER BY o."userId", o."nodeExecId"));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "reviewsUpdated"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT "change" FROM (
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
        "bytesOf"(n) - coalesce("bytesOf"(o), 0)) AS "change"
      FROM "newReview" n LEFT JOIN "oldReview" o
        ON o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
      WHERE n IS DISTINCT FROM o
      UNION ALL
      SELECT "reviewChange"(o, 'DELETED', "actingActor"(), -(o."status" = 'WAITING')::int, -"bytesOf"(o))
      FROM "oldReview" o
      WHERE NOT EXISTS (SELECT FROM "newReview" n
        WHERE n."userId" = o."userId" AND n."nodeExecId" = o."nodeExecId")
    ) "changed"
    ORDER BY ("change")."userId", ("change")."nodeExecId"));
  RETURN NULL;
END $$;
