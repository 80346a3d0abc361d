-- generation: 3
-- People: members, teams, delegations, sessions of people who signed in, and reviews that need
-- several approvals. See docs/people.md.
-- Not rolling: processes of older versions would decide reviews without the approvals they require.

ALTER TYPE "DecisionSource" ADD VALUE 'OVERRIDE';
ALTER TYPE "ReviewEventKind" ADD VALUE 'VOTED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'WITHDRAWN';
ALTER TYPE "ReviewEventKind" ADD VALUE 'CLAIMED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'RELEASED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'REASSIGNED';
ALTER TYPE "ReviewEventKind" ADD VALUE 'ESCALATED';

CREATE TYPE "MemberKind" AS ENUM ('PERSON', 'AGENT');

CREATE TABLE "Member" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "actor" TEXT COLLATE "C" NOT NULL,
  "kind" "MemberKind" NOT NULL DEFAULT 'PERSON',
  "displayName" TEXT,
  "email" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "disabledAt" TIMESTAMPTZ(3),
  "issuer" TEXT,
  "subject" TEXT,
  "groups" TEXT[] COLLATE "C" NOT NULL DEFAULT '{}',
  "groupsAt" TIMESTAMPTZ(3),
  CONSTRAINT "Member_pkey" PRIMARY KEY ("userId", "actor")
);
CREATE UNIQUE INDEX "Member_userId_issuer_subject_key" ON "Member" ("userId", "issuer", "subject");

CREATE TABLE "Team" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "teamId" TEXT COLLATE "C" NOT NULL,
  "name" TEXT NOT NULL,
  "idpGroup" TEXT COLLATE "C",
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "Team_pkey" PRIMARY KEY ("userId", "teamId")
);

CREATE TABLE "TeamMember" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "teamId" TEXT COLLATE "C" NOT NULL,
  "actor" TEXT COLLATE "C" NOT NULL,
  CONSTRAINT "TeamMember_pkey" PRIMARY KEY ("userId", "teamId", "actor")
);
CREATE INDEX "TeamMember_userId_actor_idx" ON "TeamMember" ("userId", "actor");

CREATE TABLE "Delegation" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "from" TEXT COLLATE "C" NOT NULL,
  "to" TEXT COLLATE "C" NOT NULL,
  "startsAt" TIMESTAMPTZ(3) NOT NULL,
  "until" TIMESTAMPTZ(3) NOT NULL,
  "reason" TEXT,
  "createdBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "revokedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Delegation_pkey" PRIMARY KEY ("userId", "id")
);
CREATE INDEX "Delegation_userId_to_idx" ON "Delegation" ("userId", "to");

CREATE TABLE "PeopleChange" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "number" BIGINT GENERATED ALWAYS AS IDENTITY,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "actor" TEXT NOT NULL,
  "change" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "detail" JSONB NOT NULL DEFAULT '{}',
  CONSTRAINT "PeopleChange_pkey" PRIMARY KEY ("userId", "number")
);

CREATE TABLE "Session" (
  "id" TEXT COLLATE "C" NOT NULL,
  "hash" BYTEA NOT NULL,
  "userId" TEXT COLLATE "C" NOT NULL,
  "actor" TEXT COLLATE "C" NOT NULL,
  "scopes" TEXT[] NOT NULL,
  "groups" TEXT[] COLLATE "C" NOT NULL DEFAULT '{}',
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  "idToken" TEXT,
  "revokedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Session_hash_key" ON "Session" ("hash");
CREATE INDEX "Session_userId_actor_idx" ON "Session" ("userId", "actor");

ALTER TABLE "ApiToken" ADD "createdBy" TEXT, ADD "lastUsedAt" TIMESTAMPTZ(3);

-- Raised with every change of a workspace's members, teams and delegations, also with plain SQL. A
-- decision that needs several approvals holds only if the version is the one that it was tallied with.
CREATE TABLE "PeopleVersion" (
  "userId" TEXT COLLATE "C" NOT NULL,
  "version" BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT "PeopleVersion_pkey" PRIMARY KEY ("userId")
);

CREATE FUNCTION "peopleChanged"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "PeopleVersion" AS v ("userId", "version")
  SELECT DISTINCT "userId", 1 FROM "changed" ORDER BY "userId"
  ON CONFLICT ("userId") DO UPDATE SET "version" = v."version" + 1;
  RETURN NULL;
END $$;
-- Once per statement, because a team of thousands is set in one statement.
DO $$
DECLARE "name" TEXT;
BEGIN
  FOREACH "name" IN ARRAY ARRAY['Member', 'Team', 'TeamMember', 'Delegation'] LOOP
    EXECUTE format('CREATE TRIGGER "peopleInserted" AFTER INSERT ON %I
      REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "peopleChanged"()', "name");
    EXECUTE format('CREATE TRIGGER "peopleUpdated" AFTER UPDATE ON %I
      REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "peopleChanged"()', "name");
    EXECUTE format('CREATE TRIGGER "peopleDeleted" AFTER DELETE ON %I
      REFERENCING OLD TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "peopleChanged"()', "name");
  END LOOP;
END $$;

-- A member that is disabled, a session that is revoked, and a token that changes end their
-- connections on every process.
CREATE FUNCTION "tellSessionEnded"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('holdpoint_session_ended', OLD."id");
  RETURN NULL;
END $$;
CREATE TRIGGER "tellSessionEnded" AFTER DELETE OR UPDATE OF "revokedAt" ON "Session"
  FOR EACH ROW EXECUTE FUNCTION "tellSessionEnded"();

-- Each process then reads all disabled members, so the notification names nobody.
CREATE FUNCTION "tellMemberChanged"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW."disabledAt", OLD."disabledAt") IS NOT NULL THEN
    PERFORM pg_notify('holdpoint_member_changed', '');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "tellMemberChanged" AFTER INSERT OR DELETE OR UPDATE OF "disabledAt" ON "Member"
  FOR EACH ROW EXECUTE FUNCTION "tellMemberChanged"();
CREATE INDEX "Member_disabled" ON "Member" ("userId", "actor") WHERE "disabledAt" IS NOT NULL;

-- Recording that a token was used does not end its connections.
DROP TRIGGER "tellTokenEnded" ON "ApiToken";
CREATE TRIGGER "tellTokenEnded"
  AFTER DELETE OR UPDATE OF "hash", "userId", "actor", "scopes", "expiresAt", "revokedAt" ON "ApiToken"
  FOR EACH ROW EXECUTE FUNCTION "tellTokenEnded"();

-- Reviews that need several approvals. All of it is in the review's row, so that one lock covers it.
ALTER TABLE "PendingReview"
  ADD "approvalsRequired" JSONB,
  ADD "votes" JSONB,
  ADD "escalation" JSONB,
  ADD "escalationsDone" INTEGER NOT NULL DEFAULT 0,
  ADD "nextEscalationAt" TIMESTAMPTZ(3),
  ADD "escalatedAt" TIMESTAMPTZ(3),
  ADD "approverTeams" TEXT[] COLLATE "C" NOT NULL DEFAULT '{}',
  ADD "approverActors" TEXT[] COLLATE "C" NOT NULL DEFAULT '{}',
  ADD "reassignedBy" TEXT[] COLLATE "C" NOT NULL DEFAULT '{}',
  ADD "claimedBy" TEXT COLLATE "C",
  ADD "claimedUntil" TIMESTAMPTZ(3),
  ADD "isRevised" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "PendingReview_escalating" ON "PendingReview" ("userId", "nextEscalationAt")
  WHERE "status" = 'WAITING' AND "nextEscalationAt" IS NOT NULL;
CREATE INDEX "PendingReview_claimed" ON "PendingReview" ("userId", "claimedBy")
  WHERE "status" = 'WAITING' AND "claimedBy" IS NOT NULL;

-- A changed payload is a new subject. Whoever changes it may choose the askId, in order to know the
-- new subjectDigest beforehand.
CREATE OR REPLACE FUNCTION "payloadChanged"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."askId" = OLD."askId" THEN NEW."askId" := gen_random_uuid(); END IF;
  NEW."isRevised" := true;
  NEW."originalPayload" := coalesce(OLD."originalPayload", OLD."payload");
  IF NEW."payloadDigest" = OLD."payloadDigest" THEN NEW."payloadDigest" := NULL; END IF;
  RETURN NEW;
END $$;

-- When the job of the workspace has to look at the review next. Null: never.
CREATE OR REPLACE FUNCTION "deadlineOf"("review" "PendingReview") RETURNS TIMESTAMPTZ
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "review"."status" = 'WAITING'
      THEN least("review"."expiresAt", "review"."nextEscalationAt")
    WHEN "review"."status" = 'APPROVED' AND NOT "review"."processed" AND "review"."voidedAt" IS NULL
      THEN "review"."validUntil"
  END
$$;

-- Most workspaces have no webhooks, and a due time that is early enough: then one look suffices.
CREATE OR REPLACE FUNCTION "makeJobsDue"("owner" TEXT, "deadline" TIMESTAMPTZ)
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  "hasWebhooks" BOOLEAN;
  "isEarlyEnough" BOOLEAN;
BEGIN
  SELECT bool_or(j."kind" = 'deliverWebhook'),
    bool_or(j."kind" = 'expireReviews' AND j."dueAt" <= "deadline")
  INTO "hasWebhooks", "isEarlyEnough"
  FROM "Job" j WHERE j."userId" = "owner" AND j."kind" IN ('deliverWebhook', 'expireReviews');

  IF "hasWebhooks" THEN
    UPDATE "Job" j SET "dueAt" = least(j."dueAt", now())
    WHERE j."userId" = "owner" AND j."kind" = 'deliverWebhook';
  END IF;
  IF "deadline" IS NOT NULL AND "isEarlyEnough" IS NOT TRUE THEN
    INSERT INTO "Job" AS j ("userId", "kind", "key", "dueAt")
    VALUES ("owner", 'expireReviews', '', "deadline")
    ON CONFLICT ("userId", "kind", "key") DO UPDATE SET "dueAt" = excluded."dueAt"
    WHERE j."dueAt" IS NULL OR j."dueAt" > excluded."dueAt";
  END IF;
END $$;

-- A new enum value cannot be used before the commit, not even in the body of a function that is only
-- validated.
SET LOCAL check_function_bodies = off;

-- The event of a change that leaves the status as it was.
CREATE FUNCTION "changeKindOf"("o" "PendingReview", "n" "PendingReview")
RETURNS "ReviewEventKind" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN "o"."processed" <> "n"."processed" THEN 'PROCESSED'
    WHEN "n"."outcome" IS DISTINCT FROM "o"."outcome" AND "n"."outcome" IS NOT NULL THEN 'REPORTED'
    WHEN "n"."voidedAt" IS NOT NULL AND "o"."voidedAt" IS NULL THEN 'VOIDED'
    WHEN "n"."approvalsRequired" IS DISTINCT FROM "o"."approvalsRequired"
      OR "n"."reassignedBy" <> "o"."reassignedBy"
      OR ("n"."status" = 'WAITING' AND "n"."reviewMessage" IS DISTINCT FROM "o"."reviewMessage")
      THEN 'REASSIGNED'
    WHEN "n"."escalationsDone" > "o"."escalationsDone" THEN 'ESCALATED'
    WHEN jsonb_array_length("n"."votes") > coalesce(jsonb_array_length("o"."votes"), 0) THEN 'VOTED'
    WHEN "n"."votes" IS DISTINCT FROM "o"."votes" THEN 'WITHDRAWN'
    WHEN "n"."claimedBy" IS NOT NULL AND "n"."claimedBy" IS DISTINCT FROM "o"."claimedBy" THEN 'CLAIMED'
    WHEN "n"."claimedBy" IS NULL AND "o"."claimedBy" IS NOT NULL THEN 'RELEASED'
    ELSE 'UPDATED'
  END::"ReviewEventKind"
$$;

-- An update that changes nothing writes no event, nor does the renewal of a claim. Comparing whole
-- rows is slow, so it comes last.
CREATE OR REPLACE FUNCTION "reviewsUpdated"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "appendReviewEvents"(ARRAY(
    SELECT "reviewChange"(n,
      CASE
        WHEN o."status" IS NOT DISTINCT FROM n."status" THEN "changeKindOf"(o, n)
        WHEN n."status" = 'WAITING' AND o."status" IS NOT NULL THEN 'WITHDRAWN'
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
