-- On Citus these are created again, with another type of result.
DROP FUNCTION IF EXISTS "inWorkspace"(TEXT, TEXT, TEXT, TEXT[], BOOLEAN);
DROP FUNCTION IF EXISTS "inNode"(TEXT, TEXT, TEXT, TEXT[], BOOLEAN);
