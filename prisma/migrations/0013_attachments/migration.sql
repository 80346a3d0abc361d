-- generation: 6
-- Attachments: files that agents upload and payloads name by their digest. See docs/attachments.md.
-- Not rolling: processes of older versions would accept payloads that name files without checking
-- who uploaded them.

-- An actor that uploads a file has a row of its own, so that nobody can tell from the answer whether
-- somebody else has uploaded the same file, or change how it is shown. usedAt is when the file was
-- last uploaded or named, or found to be named by a review: a day later a job looks at it.
CREATE TABLE "Attachment" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "digest" TEXT COLLATE "C" NOT NULL,
  "uploadedBy" TEXT COLLATE "C" NOT NULL,
  "mediaType" TEXT NOT NULL,
  "bytes" BYTEA NOT NULL,
  "size" INTEGER NOT NULL GENERATED ALWAYS AS (octet_length("bytes")) STORED,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "Attachment_pkey" PRIMARY KEY ("userId", "digest", "uploadedBy")
);
-- Most files are compressed already.
ALTER TABLE "Attachment" ALTER "bytes" SET STORAGE EXTERNAL;
CREATE INDEX "Attachment_userId_usedAt_idx" ON "Attachment" ("userId", "usedAt");

-- The digests of all files that payloads of the review have named since it was requested.
ALTER TABLE "PendingReview" ADD "attachments" TEXT[] COLLATE "C";
CREATE INDEX "PendingReview_attachments" ON "PendingReview" USING GIN ("attachments")
  WHERE "attachments" IS NOT NULL;

-- The files of a deleted review are unused from now on.
CREATE FUNCTION "attachmentsUnused"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "Attachment" SET "usedAt" = now()
  WHERE "userId" = OLD."userId" AND "digest" = ANY (OLD."attachments");
  RETURN NULL;
END $$;
CREATE TRIGGER "attachmentsUnused" AFTER DELETE ON "PendingReview" FOR EACH ROW
  WHEN (OLD."attachments" IS NOT NULL) EXECUTE FUNCTION "attachmentsUnused"();

-- Files count in the workspace's storage.
CREATE FUNCTION "attachmentsStored"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "OwnerCounter" AS c ("userId", "lastNumber", "storedBytes")
  SELECT "userId", (SELECT "start" FROM "FeedEpoch"), sum("size") FROM "newAttachment"
  GROUP BY "userId" ORDER BY "userId"
  ON CONFLICT ("userId") DO UPDATE SET "storedBytes" = c."storedBytes" + excluded."storedBytes";
  RETURN NULL;
END $$;
CREATE TRIGGER "attachmentsStored" AFTER INSERT ON "Attachment"
  REFERENCING NEW TABLE AS "newAttachment" FOR EACH STATEMENT EXECUTE FUNCTION "attachmentsStored"();

CREATE FUNCTION "attachmentsRemoved"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "OwnerCounter" c SET "storedBytes" = c."storedBytes" - o."bytes"
  FROM (SELECT "userId", sum("size") AS "bytes" FROM "oldAttachment" GROUP BY "userId") o
  WHERE c."userId" = o."userId";
  RETURN NULL;
END $$;
CREATE TRIGGER "attachmentsRemoved" AFTER DELETE ON "Attachment"
  REFERENCING OLD TABLE AS "oldAttachment" FOR EACH STATEMENT EXECUTE FUNCTION "attachmentsRemoved"();

INSERT INTO "Job" ("userId", "kind", "key", "dueAt") VALUES ('', 'removeAttachments', '', now());

-- The transaction that wrote the last comment, and the version of the row before it. See rowVersion
-- in src/reviews/review.ts.
ALTER TABLE "PendingReview" ADD "versionBeforeComment" TEXT;
