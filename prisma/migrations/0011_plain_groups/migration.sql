-- A person may have a thousand groups, each a random ID. Trying to compress them takes longer than
-- the rest of a sign-in.
ALTER TABLE "Session" ALTER "groups" SET STORAGE EXTERNAL;
ALTER TABLE "Member" ALTER "groups" SET STORAGE EXTERNAL;
