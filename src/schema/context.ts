import DataLoader from 'dataloader';
import { loadFiles, type StoredFile } from '../attachments/attachment.ts';
import type { Database } from '../database/database.ts';
import type { GraphExecution, ReviewComment, Team } from '../database/generated/prisma/client.ts';
import type { Hub } from '../feed/hub.ts';
import { type HistoryPage, type ReviewEvent, readHistory } from '../feed/readEvents.ts';
import type { Viewer } from '../identity/viewer.ts';
import { ballotTeams, votersOf, votesOf } from '../people/ballot.ts';
import { type MemberRow, readMemberTeams, readTeamMembers } from '../people/memberships.ts';
import { readPeople } from '../people/readPeople.ts';
import { tally } from '../people/tally.ts';
import { readViewerPeople, type ViewerPeople } from '../people/viewerPeople.ts';
import type { AutoApproval } from '../reviews/autoApproval.ts';
import {
  type EarlierRevision,
  loadComments,
  loadEarlierRevisions,
  loadRevisionPayloads,
  type RevisionKey,
} from '../reviews/conversation.ts';
import { subjectDigest } from '../reviews/digests.ts';
import {
  loadApprovedPayloads,
  loadPayloads,
  type PayloadKey,
  type Payloads,
} from '../reviews/payloads.ts';
import type { AnyReview } from '../reviews/review.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import type { AnswerBudget } from './answerBudget.ts';

/** What resolvers have access to, the same on every transport. */
export type Context = {
  viewer: Viewer;
  store: ReviewStore;
  hub: Hub;
  loaders: Loaders;
  budget: AnswerBudget;
  /** Whether webhook URLs may point into private networks and use plain HTTP. */
  allowPrivateWebhooks: boolean;
  /** The path of the public URL, e.g. `/holdpoint`, or nothing. */
  pathPrefix: string;
};

/** `first`: at most this many; null: all. */
export type MembersKey = { readonly teamId: string; readonly first: number | null };

/** Each loader batches all keys that are requested in one turn of the event loop into one query. */
export type Loaders = {
  executions: DataLoader<string, GraphExecution | null>;
  teams: DataLoader<string, Team | null>;
  /** The members that a team lists. */
  teamMembers: DataLoader<MembersKey, MemberRow[]>;
  /** The teams that list an actor. */
  memberTeams: DataLoader<string, Team[]>;
  history: DataLoader<HistoryPage, Omit<ReviewEvent, 'review'>[]>;
  /** Payloads that were too large to be read together with their reviews. */
  payloads: DataLoader<PayloadKey, Payloads | undefined>;
  /** Who the viewer can decide as. */
  viewerPeople: DataLoader<Viewer, ViewerPeople>;
  /** How many votes count towards each requirement of a review. */
  given: DataLoader<AnyReview, number[]>;
  /** The revisions of a review that later ones replaced, without their payloads. */
  earlierRevisions: DataLoader<string, EarlierRevision[]>;
  /** The payload of such a revision. */
  revisionPayloads: DataLoader<RevisionKey, string | undefined>;
  comments: DataLoader<string, ReviewComment[]>;
  /** The files with a digest, the oldest first. */
  files: DataLoader<string, StoredFile[]>;
  /** Payloads of standing approvals. */
  approvedPayloads: DataLoader<AutoApproval, string | undefined>;
};

// A subscription keeps its context for as long as it runs, so nothing may be cached.
const options = { cache: false };

/**
 * The loaders of one operation. Most operations need none of them, so each is created on first use.
 */
export function openLoaders({ database }: ReviewStore, viewer: Viewer): Loaders {
  let executions: Loaders['executions'] | undefined;
  let teams: Loaders['teams'] | undefined;
  let teamMembers: Loaders['teamMembers'] | undefined;
  let memberTeams: Loaders['memberTeams'] | undefined;
  let history: Loaders['history'] | undefined;
  let payloads: Loaders['payloads'] | undefined;
  let viewerPeople: Loaders['viewerPeople'] | undefined;
  let given: Loaders['given'] | undefined;
  let earlierRevisions: Loaders['earlierRevisions'] | undefined;
  let revisionPayloads: Loaders['revisionPayloads'] | undefined;
  let comments: Loaders['comments'] | undefined;
  let files: Loaders['files'] | undefined;
  let approvedPayloads: Loaders['approvedPayloads'] | undefined;
  return {
    get executions() {
      executions ??= new DataLoader(
        (graphExecIds) => loadExecutions(database, viewer, graphExecIds),
        options,
      );
      return executions;
    },
    get teams() {
      teams ??= new DataLoader((teamIds) => loadTeams(database, viewer, teamIds), options);
      return teams;
    },
    get teamMembers() {
      teamMembers ??= new DataLoader((keys) => loadTeamMembers(database, viewer, keys), options);
      return teamMembers;
    },
    get memberTeams() {
      memberTeams ??= new DataLoader(async (actors) => {
        const found = await readMemberTeams(database, viewer.userId, actors);
        return actors.map((actor) => found.get(actor) ?? []);
      }, options);
      return memberTeams;
    },
    get history() {
      history ??= new DataLoader((pages) => readHistory(database, viewer, pages), options);
      return history;
    },
    get payloads() {
      payloads ??= new DataLoader((keys) => loadPayloads(database, viewer.userId, keys), options);
      return payloads;
    },
    get viewerPeople() {
      viewerPeople ??= new DataLoader(async (viewers) => {
        const people = readViewerPeople(database, viewer);
        return Promise.all(viewers.map(() => people));
      }, options);
      return viewerPeople;
    },
    get given() {
      given ??= new DataLoader((reviews) => loadGiven(database, viewer, reviews), options);
      return given;
    },
    get earlierRevisions() {
      earlierRevisions ??= new DataLoader(
        (ids) => loadEarlierRevisions(database, viewer.userId, ids),
        options,
      );
      return earlierRevisions;
    },
    get revisionPayloads() {
      revisionPayloads ??= new DataLoader(
        (keys) => loadRevisionPayloads(database, viewer.userId, keys),
        options,
      );
      return revisionPayloads;
    },
    get comments() {
      comments ??= new DataLoader((ids) => loadComments(database, viewer.userId, ids), options);
      return comments;
    },
    get files() {
      files ??= new DataLoader((digests) => loadFiles(database, viewer.userId, digests), options);
      return files;
    },
    get approvedPayloads() {
      approvedPayloads ??= new DataLoader(
        (approvals) => loadApprovedPayloads(database, approvals),
        options,
      );
      return approvedPayloads;
    },
  };
}

async function loadGiven(
  database: Database,
  viewer: Viewer,
  reviews: readonly AnyReview[],
): Promise<number[][]> {
  const people = await readPeople(database, viewer, votersOf(reviews), ballotTeams(reviews));
  return reviews.map((review) => {
    const votes = votesOf(review);
    const { payloadDigest } = review;
    const subject = payloadDigest === null ? '' : subjectDigest({ ...review, payloadDigest });
    return tally(review, people, votes, subject).given;
  });
}

async function loadExecutions(
  { prisma }: Database,
  { userId }: Viewer,
  graphExecIds: readonly string[],
): Promise<(GraphExecution | null)[]> {
  const rows = await prisma.graphExecution.findMany({
    where: { userId, graphExecId: { in: [...graphExecIds] } },
  });
  const found = new Map(rows.map((row) => [row.graphExecId, row]));
  return graphExecIds.map((graphExecId) => found.get(graphExecId) ?? null);
}

async function loadTeams(
  { prisma }: Database,
  { userId }: Viewer,
  teamIds: readonly string[],
): Promise<(Team | null)[]> {
  const rows = await prisma.team.findMany({ where: { userId, teamId: { in: [...teamIds] } } });
  const found = new Map(rows.map((row) => [row.teamId, row]));
  return teamIds.map((teamId) => found.get(teamId) ?? null);
}

async function loadTeamMembers(
  database: Database,
  { userId }: Viewer,
  keys: readonly MembersKey[],
): Promise<MemberRow[][]> {
  const byFirst = Map.groupBy(keys, ({ first }) => first);
  const found = new Map<number | null, Map<string, MemberRow[]>>();
  for (const [first, same] of byFirst) {
    const teamIds = same.map(({ teamId }) => teamId);
    found.set(first, await readTeamMembers(database, userId, teamIds, first));
  }
  return keys.map(({ teamId, first }) => found.get(first)?.get(teamId) ?? []);
}
