-- generation: 4
-- Policy: rules that decide which steps need a person. See docs/policy.md.
-- Not rolling: processes of older versions would ask and consume without the policy.

ALTER TYPE "DecisionSource" ADD VALUE 'POLICY';
CREATE TYPE "PolicyMode" AS ENUM ('OFF', 'SHADOW', 'ENFORCED');
CREATE TYPE "Risk" AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

CREATE TABLE "Policy" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "version" INTEGER NOT NULL,
  "mode" "PolicyMode" NOT NULL,
  "rules" JSONB NOT NULL,
  "note" TEXT,
  "createdBy" TEXT COLLATE "C" NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "Policy_pkey" PRIMARY KEY ("userId", "version"),
  CONSTRAINT "Policy_version" CHECK ("version" >= 1)
);

-- Reviews name the version of their verdict, and processes keep compiled versions. So a number always
-- stands for the same rules.
CREATE FUNCTION "keepPolicyVersions"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Versions of a policy are kept as they are. Save a new version instead';
END $$;
CREATE TRIGGER "keepPolicyVersions" BEFORE UPDATE OR DELETE ON "Policy"
  FOR EACH ROW EXECUTE FUNCTION "keepPolicyVersions"();

ALTER TABLE "PendingReview"
  ADD "headline" TEXT,
  ADD "risk" "Risk",
  ADD "tags" TEXT[] NOT NULL DEFAULT '{}',
  ADD "policyVersion" INTEGER,
  ADD "policyVerdict" JSONB;

ALTER TABLE "AutoApproval" ADD "when" TEXT;

-- A new enum value cannot be used before the commit, not even in the body of a function that is only
-- validated.
SET LOCAL check_function_bodies = off;

-- The event of a change that leaves the status as it was, or lets the review wait again. A vote with
-- an edit may add requirements.
CREATE OR REPLACE FUNCTION "changeKindOf"("o" "PendingReview", "n" "PendingReview")
RETURNS "ReviewEventKind" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "o"."status" <> "n"."status" THEN 'WITHDRAWN'
    WHEN "o"."processed" <> "n"."processed" THEN 'PROCESSED'
    WHEN "n"."outcome" IS DISTINCT FROM "o"."outcome" AND "n"."outcome" IS NOT NULL THEN 'REPORTED'
    WHEN "n"."voidedAt" IS NOT NULL AND "o"."voidedAt" IS NULL THEN 'VOIDED'
    WHEN jsonb_array_length("n"."votes") > coalesce(jsonb_array_length("o"."votes"), 0) THEN 'VOTED'
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
      CASE WHEN n."status" <> 'WAITING' AND o."status" IS DISTINCT FROM n."status"
        THEN coalesce(n."decidedBy", "actingActor"()) ELSE "actingActor"() END,
      (n."status" = 'WAITING')::int - coalesce((o."status" = 'WAITING')::int, 0),
      "bytesOf"(n) - coalesce("bytesOf"(o), 0))
    FROM "newReview" n LEFT JOIN "oldReview" o
      ON o."userId" = n."userId" AND o."nodeExecId" = n."nodeExecId"
    WHERE n."status" IS DISTINCT FROM o."status"
      OR (n IS DISTINCT FROM o AND (n."claimedUntil" IS NOT DISTINCT FROM o."claimedUntil"
        OR n."claimedBy" IS DISTINCT FROM o."claimedBy"))));
  RETURN NULL;
END $$;
