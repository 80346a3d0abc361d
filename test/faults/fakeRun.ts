import { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { compileRules, evaluate } from '../../src/policy/evaluate.ts';
import type { PolicyRule } from '../../src/policy/rule.ts';
import { APPROVAL_MS } from './bed/limits.ts';
import { callDigestOf, digestOf, hasEnded, isParty, keyOf, originalOf } from './checker/run.ts';
import { subjectDigestOf } from './checker/subjects.ts';
import type {
  AutoApprovalRow,
  DatabaseState,
  EventRow,
  ExecutionRow,
  PolicyRow,
  RequirementRow,
  ReviewRow,
  RevisionRow,
  StepRow,
} from './databaseState.ts';
import type { Answer, Entry, Operation, ToldReview } from './history.ts';
import type { OperationName } from './load/operations.ts';

const OWNER = 'acme';
const HOUR = 3_600_000;
const GRAPH = { graphId: 'under-fire', graphVersion: 1 };

type Act = (id: number) => Partial<Answer>;
type Asked = {
  graphExecId: string;
  nodeId: string;
  graphVersion?: number;
  consumers?: string[];
  approvalsRequired?: RequirementRow[];
  escalation?: StepRow[];
  kind?: 'QUESTION';
};
type FakeDecision = {
  nodeExecId: string;
  decision: 'APPROVE' | 'REJECT' | 'ANSWER' | 'REQUEST_CHANGES';
  payload?: object;
  answer?: unknown;
  /** Defaults to the current one of the review. */
  subjectDigest?: string;
};

const STATUS_AFTER = {
  APPROVE: 'APPROVED',
  REJECT: 'REJECTED',
  ANSWER: 'ANSWERED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
};

const iso = (at: number) => new Date(at).toISOString();

const scopesOf = (actor: string): string =>
  actor.startsWith('reviewer') || actor === 'boss'
    ? 'review:decide'
    : actor === 'manager'
      ? 'review:request review:decide'
      : 'review:request';

/**
 * Builds a history like that of the load, and the state that the database would have. It imitates
 * just enough of the service.
 */
export class FakeRun {
  readonly entries: Entry[] = [];
  readonly #rows = new Map<string, ReviewRow>();
  readonly #revisions: RevisionRow[] = [];
  readonly #events: EventRow[] = [];
  readonly #executions = new Map<string, ExecutionRow>();
  readonly #autoApprovals: AutoApprovalRow[] = [];
  readonly #policies: PolicyRow[] = [];
  #clock = 1_000_000;

  wait(ms = 10): void {
    this.#clock += ms;
  }

  row(nodeExecId: string): ReviewRow {
    return this.#rows.get(nodeExecId) as ReviewRow;
  }

  told(nodeExecId: string): ToldReview {
    const row = this.row(nodeExecId);
    const { policyVersion: version, policyVerdict: verdict } = row;
    return structuredClone({
      ...row,
      originalPayload: originalOf(row),
      payloadDigest: digestOf(row.payload),
      subjectDigest: subjectDigestOf(row),
      createdAt: iso(row.createdAt),
      reviewedAt: row.reviewedAt === null ? null : iso(row.reviewedAt),
      voidedAt: row.voidedAt === null ? null : iso(row.voidedAt),
      approvalsRequired: (row.approvalsRequired ?? []).map(({ count }) => ({ count, given: 0 })),
      votes: row.votes ?? [],
      policy:
        version === null || verdict === null
          ? null
          : { version, mode: verdict.mode, effect: verdict.effect, ruleIds: verdict.ruleIds },
    });
  }

  /** Records an operation. `act` returns the fields of its payload, or names another type. */
  operation(
    name: OperationName,
    actor: string,
    input: object,
    act: Act,
    more: Partial<Operation> = {},
  ): void {
    const id = this.entries.length + 1;
    this.wait();
    const startedAt = this.#clock;
    this.wait();
    const __typename = `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`;
    const answer = { __typename, ...act(id) };
    this.wait();
    this.entries.push({
      type: 'operation',
      id,
      owner: OWNER,
      actor,
      scopes: scopesOf(actor),
      name,
      input: name === 'decideReviews' ? withMessage(input, id) : input,
      startedAt,
      endedAt: this.#clock,
      outcome: 'answered',
      answer,
      error: null,
      expiredToken: false,
      ...more,
    });
  }

  ask(actor: string, nodeExecId: string, payload: unknown, asked: Asked): void {
    this.#request(actor, nodeExecId, payload, asked, () => {});
  }

  /** A request that the manager's standing approval approves, at once or while it waits. */
  askAllowed(actor: string, nodeExecId: string, payload: unknown, asked: Asked): void {
    this.#request(actor, nodeExecId, payload, asked, (isNew) => {
      const by = {
        decidedBy: 'manager',
        decisionSource: 'AUTO_APPROVAL',
        reviewMessage: 'allowed',
      };
      if (isNew) this.#events.pop(); // requested and approved in one step
      this.settle(nodeExecId, { status: 'APPROVED', ...by }, 'APPROVED', 'manager');
      const { graphExecId, nodeId } = asked;
      for (const each of this.#autoApprovals)
        if (each.graphExecId === graphExecId && each.nodeId === nodeId) each.uses++;
    });
  }

  savePolicy(actor: string, mode: string, rules: [when: string, effect: string][]): void {
    const version = this.#policies.length + 1;
    const saved = rules.map(([when, effect]) => ({
      ...{ ruleId: effect.toLowerCase(), when, effect: effect as PolicyRule['effect'] },
      ...{ reason: null, approvalsRequired: [], escalation: [], expiresAfter: null, risk: null },
    }));
    const input = { basedOnVersion: version - 1, mode, rules };
    this.operation('setPolicy', actor, input, () => {
      const row = { owner: OWNER, version, mode, createdBy: actor, createdAt: this.#clock };
      this.#policies.push({ ...row, rules: saved });
      return { policy: { version, createdBy: actor } };
    });
  }

  /** A request that the policy allows or denies at once. */
  askRuled(actor: string, nodeExecId: string, payload: unknown, asked: Asked): void {
    this.#request(actor, nodeExecId, payload, asked, () => {
      this.#events.pop(); // requested and decided in one step
      const decidedBy = this.#policies.at(-1)?.createdBy ?? '';
      const isAllowed = this.row(nodeExecId).policyVerdict?.effect === 'ALLOW';
      const status = isAllowed ? 'APPROVED' : 'REJECTED';
      const by = { decidedBy, decisionSource: 'POLICY', reviewMessage: 'by a rule' };
      this.settle(nodeExecId, { status, ...by }, status, decidedBy);
    });
  }

  /** A gated call. Only the call is recorded, not its operations. */
  askGated(actor: string, nodeExecId: string, payload: unknown, asked: Asked): void {
    const { graphExecId, nodeId } = asked;
    this.entries.push({
      type: 'gate',
      ...{ owner: OWNER, actor, nodeExecId, graphExecId, nodeId, payload },
    });
    this.#insert(actor, nodeExecId, payload, asked);
  }

  runGated(actor: string, nodeExecId: string): void {
    this.#use(nodeExecId, { consumedBy: actor, consumedAt: this.#clock }, actor);
    const { payload } = this.row(nodeExecId);
    this.entries.push({ type: 'run', owner: OWNER, actor, nodeExecId, payload });
  }

  look(actor: string, nodeExecId: string): void {
    const isShown = scopesOf(actor) !== 'review:request' || isParty(actor, this.row(nodeExecId));
    this.operation('reviews', actor, { nodeExecIds: [nodeExecId] }, () => ({
      reviews: isShown ? [this.told(nodeExecId)] : [],
    }));
  }

  decide(actor: string, decisions: readonly FakeDecision[]): void {
    const named = decisions.map((decision) => ({
      subjectDigest: subjectDigestOf(this.row(decision.nodeExecId)),
      ...decision,
    }));
    this.operation('decideReviews', actor, { decisions: named }, (id) => {
      const isInTheWay = named.some(
        ({ nodeExecId, subjectDigest }) =>
          this.row(nodeExecId).status !== 'WAITING' ||
          subjectDigest !== subjectDigestOf(this.row(nodeExecId)),
      );
      for (const { nodeExecId, decision, payload, answer } of isInTheWay ? [] : named) {
        const status = STATUS_AFTER[decision];
        const by = {
          decidedBy: actor,
          decisionSource: 'REVIEWER',
          reviewMessage: `operation ${id}`,
        };
        const given = { ...(payload && { payload }), ...(answer !== undefined && { answer }) };
        this.settle(nodeExecId, { status, ...by, ...given }, status, actor);
      }
      const reviews = named.map(({ nodeExecId }) => this.told(nodeExecId));
      return isInTheWay ? { __typename: 'ReviewConflictError', reviews } : { reviews };
    });
  }

  /** The next revision waits, as another subject. */
  revise(actor: string, nodeExecId: string, payload: unknown): void {
    const row = this.row(nodeExecId);
    const input = { nodeExecId, basedOnDigest: digestOf(row.payload), payload };
    this.operation('reviseReview', actor, input, () => {
      const { owner, revision } = row;
      this.#revisions.push({ owner, nodeExecId, revision, payload: row.payload });
      Object.assign(row, {
        ...{ payload, payloadDigest: digestOf(payload), revision: revision + 1 },
        ...{ status: 'WAITING', decidedBy: null, decisionSource: null, reviewMessage: null },
        ...{ reviewedAt: null, wasEdited: null, askId: `${row.askId}, revised` },
      });
      this.#happens(row, 'REVISED', actor);
      return { review: this.told(nodeExecId) };
    });
  }

  comment(actor: string, nodeExecId: string): void {
    this.operation('addComment', actor, { nodeExecId, text: 'a word' }, () => {
      this.#happens(this.row(nodeExecId), 'COMMENTED', actor);
      return {};
    });
  }

  /** A vote on a review that needs several approvals. It completes the approval, or not. */
  vote(actor: string, nodeExecId: string, completes: boolean): void {
    const subjectDigest = subjectDigestOf(this.row(nodeExecId));
    const decisions = [{ nodeExecId, decision: 'APPROVE', subjectDigest }];
    this.operation('decideReviews', actor, { decisions }, (id) => {
      const message = `operation ${id}`;
      const at = iso(this.#clock);
      const vote = {
        actor,
        decision: 'APPROVE',
        subjectDigest,
        message,
        at,
        endedBy: null,
      } as const;
      this.row(nodeExecId).votes?.push(vote);
      const by = { decidedBy: actor, decisionSource: 'REVIEWER', reviewMessage: message };
      if (completes) this.settle(nodeExecId, { status: 'APPROVED', ...by }, 'APPROVED', actor);
      else this.#happens(this.row(nodeExecId), 'VOTED', actor);
      return { reviews: [this.told(nodeExecId)] };
    });
  }

  /** Takes back the decision: the review waits, as another subject. */
  withdraw(actor: string, nodeExecId: string): void {
    const row = this.row(nodeExecId);
    const input = { nodeExecId, subjectDigest: subjectDigestOf(row) };
    this.operation('withdrawDecision', actor, input, () => {
      for (const vote of row.votes ?? []) vote.endedBy = 'WITHDRAWN';
      Object.assign(row, {
        ...{ status: 'WAITING', decidedBy: null, decisionSource: null, reviewMessage: null },
        ...{
          reviewedAt: null,
          wasEdited: null,
          validUntil: null,
          askId: `${row.askId}, withdrawn`,
        },
      });
      this.#happens(row, 'WITHDRAWN', actor);
      return { review: this.told(nodeExecId) };
    });
  }

  claimReview(actor: string, nodeExecId: string): void {
    this.operation('claimReview', actor, { nodeExecId }, () => {
      this.#happens(this.row(nodeExecId), 'CLAIMED', actor);
      return { review: { ...this.told(nodeExecId), claimedBy: actor } };
    });
  }

  releaseReview(actor: string, nodeExecId: string): void {
    this.operation('releaseReview', actor, { nodeExecId }, () => {
      this.#happens(this.row(nodeExecId), 'RELEASED', actor);
      return { review: { ...this.told(nodeExecId), claimedBy: null } };
    });
  }

  override(actor: string, nodeExecId: string): void {
    const subjectDigest = subjectDigestOf(this.row(nodeExecId));
    const input = { nodeExecId, subjectDigest, decision: 'APPROVE', reason: 'it is urgent' };
    this.operation('overrideReview', actor, input, () => {
      const by = { decidedBy: actor, decisionSource: 'OVERRIDE', reviewMessage: input.reason };
      this.settle(nodeExecId, { status: 'APPROVED', ...by }, 'APPROVED', actor);
      return { review: this.told(nodeExecId) };
    });
  }

  /** The next step of an escalation is due. */
  escalate(nodeExecId: string): void {
    const row = this.row(nodeExecId);
    this.#clock = row.createdAt + (row.escalation?.[row.escalationsDone]?.afterMs ?? 0);
    row.escalationsDone++;
    this.#happens(row, 'ESCALATED', 'holdpoint');
  }

  settle(nodeExecId: string, change: Partial<ReviewRow>, kind: string, actor: string): void {
    const row = this.row(nodeExecId);
    const before = row.payload;
    Object.assign(row, { reviewedAt: this.#clock, wasEdited: false }, change);
    if (row.payload !== before) {
      const edited = { wasEdited: true, originalPayload: before, askId: `${row.askId}, edited` };
      Object.assign(row, edited, { payloadDigest: digestOf(row.payload) });
    }
    if (row.status === 'APPROVED') row.validUntil = this.#clock + APPROVAL_MS;
    this.#happens(row, kind, actor);
  }

  consume(actor: string, nodeExecId: string, key: object = {}): void {
    const input = { nodeExecId, payloadDigest: digestOf(this.row(nodeExecId).payload), ...key };
    this.operation('consumeReview', actor, input, () => {
      const row = this.row(nodeExecId);
      const callDigest = callDigestOf({ name: 'consumeReview', actor, input });
      if (!isParty(actor, row)) return { __typename: 'NotFoundError' };
      const isOpen = row.voidedAt === null && !this.#hasEnded(row.graphExecId);
      const isRepeat = callDigest !== null && callDigest === row.callDigest;
      if (!isOpen || (row.processed && !isRepeat)) {
        return { __typename: 'ReviewConflictError', reviews: [this.told(nodeExecId)] };
      }
      const by = { consumedBy: actor, consumedAt: this.#clock, callDigest };
      if (!row.processed) this.#use(nodeExecId, by, actor);
      return { review: this.told(nodeExecId), result: resultOf(row) };
    });
  }

  claim(actor: string, nodeExecId: string, key: object): void {
    const input = { nodeExecId, processed: true, ...key };
    this.operation('setReviewProcessed', actor, input, () => {
      const callDigest = callDigestOf({ name: 'setReviewProcessed', actor, input });
      const row = this.row(nodeExecId);
      if (!row.processed) this.#use(nodeExecId, { callDigest }, actor);
      return { review: this.told(nodeExecId), changed: row.callDigest === callDigest };
    });
  }

  report(actor: string, nodeExecId: string): void {
    this.operation('reportOutcome', actor, { nodeExecId, outcome: 'EXECUTED' }, () => {
      this.row(nodeExecId).outcome = 'EXECUTED';
      this.#happens(this.row(nodeExecId), 'REPORTED', actor);
      return { review: this.told(nodeExecId) };
    });
  }

  delete(actor: string, nodeExecId: string): void {
    this.operation('deleteReview', actor, { nodeExecId }, () => {
      const row = this.row(nodeExecId);
      if (row.requestedBy !== actor || row.status !== 'WAITING') return { deletedCount: 0 };
      this.#happens(row, 'DELETED', actor);
      this.#rows.delete(nodeExecId);
      return { deletedCount: 1 };
    });
  }

  /** An approval lapses. */
  lapse(nodeExecId: string): void {
    const row = this.row(nodeExecId);
    this.#clock = row.validUntil ?? 0;
    row.voidedAt = row.validUntil;
    this.#happens(row, 'VOIDED', 'holdpoint');
  }

  /** A review expires. */
  expire(nodeExecId: string): void {
    this.#clock = this.row(nodeExecId).expiresAt ?? 0;
    const expiry = { decisionSource: 'EXPIRY', reviewMessage: 'Nobody decided in time' };
    this.settle(nodeExecId, { status: 'REJECTED', ...expiry }, 'EXPIRED', 'holdpoint');
  }

  allow(place: { graphExecId: string; nodeId: string }, maxUses: number): void {
    const input = { ...GRAPH, ...place, maxUses, payload: 1 };
    this.operation('createAutoApproval', 'manager', input, () => {
      this.#autoApprovals.push({
        owner: OWNER,
        ...GRAPH,
        ...place,
        requestedBy: '',
        maxUses,
        uses: 0,
      });
      return {
        autoApproval: { createdBy: 'manager', createdAt: iso(this.#clock), uses: 0, maxUses },
      };
    });
  }

  revoke(place: { graphExecId: string; nodeId: string }): void {
    this.operation('revokeAutoApproval', 'manager', place, () => ({
      autoApproval: { createdBy: 'manager', createdAt: iso(this.#clock), uses: 0, maxUses: null },
    }));
  }

  /** Registers or updates an execution, if the actor is allowed to. */
  register(actor: string, graphExecId: string, status: string): void {
    const known = this.#executions.get(graphExecId);
    const isAllowed = scopesOf(actor) !== 'review:request';
    const isOwn = (known?.registeredBy ?? actor) === actor;
    if (!isAllowed && !isOwn) {
      const failed = { outcome: 'failed', answer: null, error: 'FORBIDDEN' } as const;
      this.operation(
        'registerExecution',
        actor,
        { graphExecId, ...GRAPH, status },
        () => ({}),
        failed,
      );
      return;
    }
    this.operation('registerExecution', actor, { graphExecId, ...GRAPH, status }, () => {
      if (!isAllowed && known?.stoppedBy) return { __typename: 'ExecutionEndedError' };
      const moved = { ...this.#execution(graphExecId, actor), status };
      if (!hasEnded(status)) moved.stoppedBy = null;
      this.#executions.set(graphExecId, moved);
      return { execution: moved };
    });
  }

  /**
   * The manager stops an execution: waiting reviews are rejected, and unused approvals
   * are voided.
   */
  stop(graphExecId: string): void {
    this.operation('cancelPendingReviews', 'manager', { graphExecId }, () => {
      const inIt = [...this.#rows.values()].filter((row) => row.graphExecId === graphExecId);
      const waiting = inIt.filter(({ status }) => status === 'WAITING');
      const by = { decidedBy: 'manager', decisionSource: 'CANCELLATION', reviewMessage: 'stopped' };
      for (const { nodeExecId } of waiting) {
        const change = { status: 'REJECTED', ...by, processed: true };
        this.settle(nodeExecId, change, 'CANCELLED', 'manager');
      }
      for (const row of inIt) {
        if (row.status !== 'APPROVED' || row.processed || row.voidedAt !== null) continue;
        row.voidedAt = this.#clock;
        this.#happens(row, 'VOIDED', 'manager');
      }
      const stopped = { status: 'TERMINATED', stoppedBy: 'manager' };
      Object.assign(this.#execution(graphExecId, 'manager'), stopped);
      return { cancelledCount: waiting.length };
    });
  }

  /**
   * Adds subscribers that miss nothing, and a webhook whose receiver accepts most first attempts.
   */
  follow(): void {
    for (const [transport, actor] of [
      ['WebSocket', null],
      ['SSE', null],
      ['SSE', 'agent-1'],
    ] as const) {
      const follower = `${OWNER} ${actor ?? transport}`;
      const of = { owner: OWNER, after: 0, graphExecId: null, actor };
      this.entries.push({ type: 'follow', follower, transport, ...of });
      for (const event of this.#events) {
        if (actor !== null && !isParty(actor, { ...event, consumers: event.consumers ?? [] }))
          continue;
        const { number: cursor, kind, nodeExecId, requestedBy, status, decisionSource } = event;
        const { payloadDigest, message, actor: by } = event;
        const told = { requestedBy, status, decisionSource, payloadDigest, message };
        const now = this.#inFeed(nodeExecId);
        const review = now && (actor === null || isParty(actor, now)) ? now : null;
        const seen = { cursor, kind, nodeExecId, actor: by, ...told, review };
        this.entries.push({ type: 'event', follower, owner: OWNER, ...seen });
      }
    }
    for (const event of this.#events) {
      const { number: cursor, kind, nodeExecId, actor, requestedBy, payloadDigest } = event;
      const told = { cursor, kind, nodeExecId, actor, requestedBy, payloadDigest };
      for (const accepted of cursor % 4 === 0 ? [false, true] : [true]) {
        this.entries.push({
          type: 'message',
          webhookId: 'hook',
          owner: OWNER,
          messageId: `id of ${keyOf(OWNER, String(cursor))}`,
          ...told,
          review: this.#inFeed(nodeExecId),
          signed: true,
          accepted,
        });
      }
    }
  }

  database(): DatabaseState {
    const reviews = [...this.#rows.values()];
    const waiting = reviews.filter(({ status }) => status === 'WAITING').length;
    return {
      readAt: this.#clock + HOUR / 2,
      reviews,
      revisions: this.#revisions,
      events: this.#events,
      counters: [{ owner: OWNER, lastNumber: this.#events.length, waiting }],
      executions: [...this.#executions.values()],
      autoApprovals: this.#autoApprovals,
      policies: this.#policies,
      teams: [{ owner: OWNER, teamId: 'finance', actors: ['reviewer-0', 'reviewer-1'] }],
      webhooks: [{ owner: OWNER, webhookId: 'hook', after: 0, kinds: [] }],
    };
  }

  #request(
    actor: string,
    nodeExecId: string,
    payload: unknown,
    asked: Asked,
    afterwards: (isNew: boolean) => void,
  ): void {
    this.operation('requestReview', actor, { ...GRAPH, ...asked, nodeExecId, payload }, () => {
      const known = this.#rows.get(nodeExecId);
      if (known && known.requestedBy !== actor)
        return { __typename: 'ReviewConflictError', reviews: [] };
      if (known && known.nodeId !== asked.nodeId)
        return { __typename: 'ReviewConflictError', reviews: [this.told(nodeExecId)] };
      if (this.#hasEnded(asked.graphExecId)) return { __typename: 'ExecutionEndedError' };
      if (!known) this.#insert(actor, nodeExecId, payload, asked);
      afterwards(!known);
      const row = this.row(nodeExecId);
      const { status, processed, voidedAt } = row;
      const approved = voidedAt !== null ? 'VOID' : processed ? 'CONSUMED' : 'APPROVED';
      return {
        review: this.told(nodeExecId),
        result: status === 'WAITING' || processed || voidedAt !== null ? null : resultOf(row),
        state: status === 'APPROVED' ? approved : (status as 'WAITING' | 'REJECTED' | 'ANSWERED'),
      };
    });
  }

  #insert(actor: string, nodeExecId: string, payload: unknown, asked: Asked): void {
    this.#execution(asked.graphExecId, actor);
    const row: ReviewRow = {
      ...{ ...GRAPH, consumers: [], ...asked, nodeExecId, payload },
      ...{ owner: OWNER, instructions: null, editable: true, requestedBy: actor },
      askId: `ask ${this.#clock}`,
      ...{ status: 'WAITING', decisionSource: null, decidedBy: null, reviewMessage: null },
      ...{ originalPayload: null, payloadDigest: digestOf(payload), wasEdited: null },
      ...{ processed: false, consumedBy: null, callDigest: null, outcome: null },
      ...{ createdAt: this.#clock, reviewedAt: null, expiresAt: this.#clock + HOUR },
      ...{ validUntil: null, voidedAt: null, consumedAt: null },
      approvalsRequired: asked.approvalsRequired ?? null,
      votes: asked.approvalsRequired ? [] : null,
      escalation: asked.escalation ?? null,
      ...{ escalationsDone: 0, reassignedBy: [] },
      ...{ headline: null, risk: null, tags: [], policyVersion: null, policyVerdict: null },
      ...{ kind: asked.kind ?? 'ACTION', revision: 1, answer: null },
    };
    const policy = this.#policies.at(-1);
    if (policy) Object.assign(row, this.#verdictOf(policy, row));
    this.#rows.set(nodeExecId, row);
    this.#happens(row, 'REQUESTED', actor);
  }

  #verdictOf({ version, mode, rules }: PolicyRow, row: ReviewRow): Partial<ReviewRow> {
    const { effect, ruleIds, problems } = evaluate(compileRules(rules), {
      ...row,
      kind: 'ACTION',
      payload: JsonText.of(row.payload),
      now: new Date(row.createdAt),
    });
    const verdict = { mode: mode as 'ENFORCED', effect, ruleIds, problems };
    return { policyVersion: version, policyVerdict: verdict };
  }

  #use(nodeExecId: string, how: Partial<ReviewRow>, actor: string): void {
    Object.assign(this.row(nodeExecId), how, { processed: true });
    this.#happens(this.row(nodeExecId), 'PROCESSED', actor);
  }

  #happens(row: ReviewRow, kind: string, actor: string): void {
    const { nodeExecId, graphExecId, requestedBy, status, decisionSource, payloadDigest } = row;
    this.#events.push({
      ...{ owner: OWNER, number: this.#events.length + 1, kind, nodeExecId, graphExecId, actor },
      ...{ requestedBy, status, decisionSource, payloadDigest, message: row.reviewMessage },
      consumers: row.consumers.length > 0 ? row.consumers : null,
      at: this.#clock,
    });
  }

  /** An execution belongs to the first actor that names it. */
  #execution(graphExecId: string, actor: string): ExecutionRow {
    const known = this.#executions.get(graphExecId);
    if (known) return known;
    const of = { owner: OWNER, graphExecId };
    const begun = { ...of, status: 'RUNNING', registeredBy: actor, stoppedBy: null };
    this.#executions.set(graphExecId, begun);
    return begun;
  }

  #hasEnded(graphExecId: string): boolean {
    return hasEnded(this.#executions.get(graphExecId)?.status ?? '');
  }

  #inFeed(nodeExecId: string) {
    if (!this.#rows.has(nodeExecId)) return null;
    const { status, decisionSource, payloadDigest, createdAt, ...told } = this.told(nodeExecId);
    const { requestedBy, consumers } = told;
    return { status, decisionSource, payloadDigest, createdAt, requestedBy, consumers };
  }
}

const resultOf = ({ nodeExecId, status, payload, answer, decisionSource }: ReviewRow) => ({
  ...{ nodeExecId, status, message: '', processed: false },
  data: structuredClone(answer ?? payload),
  autoApproved: decisionSource === 'AUTO_APPROVAL',
});

const withMessage = (input: object, id: number) => ({
  decisions: (input as { decisions: object[] }).decisions.map((decision) => ({
    ...decision,
    message: `operation ${id}`,
  })),
});
