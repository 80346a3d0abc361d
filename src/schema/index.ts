import './scalars.ts';
import './viewer.ts';
import './errors.ts';
import './pendingReviewConnection.ts';
import './reviewResult.ts';
import './registerExecution.ts';
import './requestReview.ts';
import './decideReviews.ts';
import './createAutoApproval.ts';
import './revokeAutoApproval.ts';
import './cancelPendingReviews.ts';
import './deleteReview.ts';
import './setReviewProcessed.ts';
import { builder } from './builder.ts';

export const schema = builder.toSchema();
