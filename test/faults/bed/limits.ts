/**
 * The limits of the service in these tests. They are short, so that approvals lapse and standing
 * approvals end during a run.
 */

/** How long an approval is valid. */
export const APPROVAL_MS = 4_000;
/** How long a standing approval lasts by default. */
export const STANDING_APPROVAL_MS = 12_000;

const hours = (milliseconds: number) => String(milliseconds / 3_600_000);

export const limitsInEnvironment = {
  HOLDPOINT_APPROVAL_HOURS: hours(APPROVAL_MS),
  HOLDPOINT_STANDING_APPROVAL_HOURS: hours(STANDING_APPROVAL_MS),
  HOLDPOINT_REVIEW_MAX_EXPIRES: '1h',
  // as in production
  HOLDPOINT_REQUIRE_SUBJECT_DIGEST: 'true',
};
