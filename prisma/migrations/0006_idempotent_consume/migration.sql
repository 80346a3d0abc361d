-- Whose an approval is that was consumed: a caller whose answer was lost asks again with its key, and gets it again.

ALTER TABLE "PendingReview" ADD "idempotencyKey" TEXT;
