-- Which call made a review processed: whoever got no answer makes it again, with its key, and gets the same answer.

ALTER TABLE "PendingReview" ADD "callDigest" TEXT;

-- Who changes it otherwise, by hand or with a version that knows no keys, ends that.
CREATE FUNCTION "forgetCallDigest"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  NEW."callDigest" := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER "forgetCallDigest" BEFORE UPDATE OF "processed", "consumedAt", "consumedBy"
  ON "PendingReview" FOR EACH ROW
  WHEN (NEW."callDigest" = OLD."callDigest"
    AND (NEW."processed", NEW."consumedAt", NEW."consumedBy")
      IS DISTINCT FROM (OLD."processed", OLD."consumedAt", OLD."consumedBy"))
  EXECUTE FUNCTION "forgetCallDigest"();
