-- As before, but one review that is asked goes through statements that PostgreSQL has less to set up for: a twentieth off the
-- whole insert.
CREATE OR REPLACE FUNCTION "reviewsInserted"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  "changes" "ReviewChange"[];
  "only" RECORD;
  "next" BIGINT;
BEGIN
  SELECT n."userId", n."nodeExecId", n."graphExecId", n."status", n."decisionSource",
    coalesce(n."decidedBy", n."requestedBy") AS "actor",
    EXISTS (SELECT FROM "newReview" OFFSET 1) AS "hasOthers"
  INTO "only" FROM "newReview" n LIMIT 1;
  IF NOT "only"."hasOthers" THEN
    UPDATE "OwnerCounter" o SET
      "lastNumber" = o."lastNumber" + 1,
      "waiting" = o."waiting" + ("only"."status" = 'WAITING')::int
    WHERE o."userId" = "only"."userId" RETURNING o."lastNumber" INTO "next";
    IF FOUND THEN
      INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor")
      VALUES ("only"."userId", "next", "eventKindOf"("only"."status", "only"."decisionSource"),
        "only"."nodeExecId", "only"."graphExecId", "only"."actor");
      RETURN NULL;
    END IF;
  END IF;

  "changes" := ARRAY(
    SELECT ROW(n."userId", n."nodeExecId", n."graphExecId",
      "eventKindOf"(n."status", n."decisionSource"),
      coalesce(n."decidedBy", n."requestedBy"),
      (n."status" = 'WAITING')::int)::"ReviewChange"
    FROM "newReview" n ORDER BY n."userId", n."nodeExecId");
  IF cardinality("changes") > 0 THEN PERFORM "appendReviewEvents"("changes"); END IF;
  RETURN NULL;
END $$;

-- To give empty pages at a table's end back to the disk, vacuum shuts everybody out of the table meanwhile. They are used again instead.
ALTER TABLE "PendingReview" SET (vacuum_truncate = off);
ALTER TABLE "ReviewEvent" SET (vacuum_truncate = off);
ALTER TABLE "OwnerCounter" SET (vacuum_truncate = off);

-- What is still to be sent of a review is looked up by these very expressions (see pendingOfReview): by the columns alone, other
-- indexes seem as good until the table is analyzed, and all that a webhook has to send would be read each time.
DROP INDEX "WebhookDelivery_review";
CREATE INDEX "WebhookDelivery_review"
  ON "WebhookDelivery" ("nodeExecId", ("userId" || ''), ("webhookId" || ''), "number")
  WHERE "status" = 'PENDING';
