-- Webhooks: where an owner's events are sent to. Each has a cursor into its owner's events. Moving it and
-- noting what is to be sent is one transaction, so nothing between a commit and its sending can be lost.

CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'DELIVERED', 'PARKED');

CREATE TABLE "Webhook" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "url" TEXT NOT NULL,
  "kinds" "ReviewEventKind"[],
  "secret" TEXT NOT NULL,
  "previousSecret" TEXT,
  "previousSecretUntil" TIMESTAMPTZ(3),
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "slow" BOOLEAN NOT NULL DEFAULT false,
  "cursor" BIGINT NOT NULL,
  "createdBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Webhook_pkey" PRIMARY KEY ("userId", "id")
) WITH (fillfactor = 50); -- its cursor moves all the time
CREATE UNIQUE INDEX "Webhook_id_key" ON "Webhook" ("id");

-- A webhook's deliveries are shared out over its slots, all of one review to the same. A slot sends one after the
-- other, and is leased by who sends: so reviews keep their order, and a receiver gets as many requests at once
-- as there are slots.
CREATE TABLE "WebhookSlot" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "webhookId" TEXT COLLATE "C" NOT NULL,
  "slot" SMALLINT NOT NULL,
  "leasedBy" TEXT,
  "leasedUntil" TIMESTAMPTZ(3),
  CONSTRAINT "WebhookSlot_pkey" PRIMARY KEY ("userId", "webhookId", "slot")
) WITH (fillfactor = 50);

CREATE TABLE "WebhookDelivery" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "webhookId" TEXT COLLATE "C" NOT NULL,
  "number" BIGINT NOT NULL,
  "kind" "ReviewEventKind" NOT NULL,
  "nodeExecId" TEXT COLLATE "C" NOT NULL,
  "slot" SMALLINT NOT NULL,
  "body" TEXT NOT NULL,
  "status" "WebhookDeliveryStatus" NOT NULL DEFAULT 'PENDING',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "failures" INTEGER NOT NULL DEFAULT 0,
  "lastAttempts" JSONB NOT NULL DEFAULT '[]',
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "queuedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "deliveredAt" TIMESTAMPTZ(3),
  CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("userId", "webhookId", "number")
);

-- Which one is next in a slot, and whether an earlier one of the same review is still to be sent.
CREATE INDEX "WebhookDelivery_next"
  ON "WebhookDelivery" ("userId", "webhookId", "slot", "nextAttemptAt", "number") WHERE "status" = 'PENDING';
CREATE INDEX "WebhookDelivery_review"
  ON "WebhookDelivery" ("userId", "webhookId", "nodeExecId", "number") WHERE "status" = 'PENDING';

CREATE INDEX "WebhookDelivery_createdAt_idx" ON "WebhookDelivery" USING BRIN ("createdAt");
