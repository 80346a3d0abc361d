-- The standing approvals of a workspace are listed by their age.
CREATE INDEX "AutoApproval_userId_createdAt_idx" ON "AutoApproval" ("userId", "createdAt" DESC);
