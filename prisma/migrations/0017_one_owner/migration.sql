-- Every statement is about one workspace, so that workspaces can be spread over several servers. See
-- docs/scaling.md.

-- A unique key has to have the workspace in it. Webhooks get random IDs.
DROP INDEX "Webhook_id_key";

-- One workspace after the other. Nearly always there is one.
CREATE OR REPLACE FUNCTION "attachmentsRemoved"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE "removed" RECORD;
BEGIN
  FOR "removed" IN
    SELECT "userId", sum("size") AS "bytes" FROM "oldAttachment" GROUP BY "userId" ORDER BY "userId"
  LOOP
    UPDATE "OwnerCounter" c SET "storedBytes" = c."storedBytes" - "removed"."bytes"
    WHERE c."userId" = "removed"."userId";
  END LOOP;
  RETURN NULL;
END $$;
