-- An update of many reviews, as when a run is stopped, took the square of their number: PostgreSQL
-- keeps the plan of the first update, which was of one review, and compared every new row with
-- every old one. A full join always hashes one side. Old rows without a new one are no matter here:
-- see "reviewMoved". The condition on them must not be strict, or PostgreSQL would make it a left
-- join.

-- Nearly every update settles one waiting review. Reading its columns one by one costs less than
-- comparing and passing on whole rows.
CREATE OR REPLACE FUNCTION "reviewsUpdated"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  "r" RECORD;
  "next" BIGINT;
BEGIN
  SELECT n."userId", n."nodeExecId", n."graphExecId", n."status", n."decisionSource", n."decidedBy",
    n."requestedBy", nullif(n."consumers", '{}') AS "consumers", n."payloadDigest",
    n."reviewMessage", "deadlineOf"(n) AS "deadline",
    "bytesOf"(n) - "bytesOf"(o) AS "bytes"
  INTO "r"
  FROM "newReview" n
  JOIN "oldReview" o ON o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
  WHERE o."status" = 'WAITING' AND n."status" <> 'WAITING' AND n."decidedBy" IS NOT NULL
    AND NOT EXISTS (SELECT FROM "newReview" OFFSET 1);
  IF FOUND THEN
    UPDATE "OwnerCounter" c SET "lastNumber" = c."lastNumber" + 1, "waiting" = c."waiting" - 1,
      "storedBytes" = c."storedBytes" + "r"."bytes"
    WHERE c."userId" = "r"."userId" RETURNING c."lastNumber" INTO "next";
    IF FOUND THEN
      INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor",
        "requestedBy", "consumers", "status", "decisionSource", "payloadDigest", "message")
      VALUES ("r"."userId", "next", "eventKindOf"("r"."status", "r"."decisionSource"),
        "r"."nodeExecId", "r"."graphExecId", "r"."decidedBy", "r"."requestedBy", "r"."consumers",
        "r"."status", "r"."decisionSource", "r"."payloadDigest", "r"."reviewMessage");
      PERFORM "makeJobsDue"("r"."userId", "r"."deadline");
      RETURN NULL;
    END IF;
  END IF;

  -- An update that changes nothing writes no event, nor does the renewal of a claim. Comparing whole
  -- rows is slow, so it comes last.
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT "reviewChange"(n,
      CASE
        WHEN o."status" = n."status" OR (n."status" = 'WAITING' AND o."status" IS NOT NULL)
          THEN "changeKindOf"(o, n)
        ELSE "eventKindOf"(n."status", n."decisionSource")
      END,
      coalesce(CASE
        WHEN n."status" <> 'WAITING' AND o."status" IS DISTINCT FROM n."status" THEN n."decidedBy"
        WHEN n."consumedAt" IS DISTINCT FROM o."consumedAt" THEN n."consumedBy"
        WHEN n."outcomeAt" IS DISTINCT FROM o."outcomeAt" THEN n."outcomeBy"
      END, "actingActor"()),
      (n."status" = 'WAITING')::int - coalesce((o."status" = 'WAITING')::int, 0),
      "bytesOf"(n) - coalesce("bytesOf"(o), 0))
    FROM "newReview" n FULL JOIN "oldReview" o
      ON o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
    WHERE coalesce(n."userId", '') <> '' AND (n."status" IS DISTINCT FROM o."status"
      OR (n IS DISTINCT FROM o AND (n."claimedUntil" IS NOT DISTINCT FROM o."claimedUntil"
        OR n."claimedBy" IS DISTINCT FROM o."claimedBy")))));
  RETURN NULL;
END $$;
