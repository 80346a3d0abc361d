import './autoApproval.ts';
import './consumeReview.ts';
import './decideReviews.ts';
import './errors.ts';
import './graphExecution.ts';
import './pendingReview.ts';
import './pendingReviewConnection.ts';
import './requestReview.ts';
import './reviewEvent.ts';
import './reviewResult.ts';
import './scalars.ts';
import './viewer.ts';
import './webhook.ts';
import { chargeTexts } from './answerBudget.ts';
import { builder } from './builder.ts';
import { enforceScopes } from './enforceScopes.ts';

export const schema = enforceScopes(chargeTexts(builder.toSchema()));
