-- Whose call made a review processed: a caller whose answer was lost asks again with its key, and gets the same answer.

ALTER TABLE "PendingReview" ADD "idempotencyKey" TEXT;
