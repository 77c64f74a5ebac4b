import { decidedNow } from './decided-list';
import { answerDifferences, type DecidedList, type StudentDifference } from './differences';
import { draftSaveFault, type DraftRefusalCode, type QualificationDraft } from './drafts';
import type { Evaluation, StudentDecision } from './evaluation';
import { compareIds } from './ids';
import { hasEnded, type Period } from './model';
import type { PluginSettings } from './settings-fields';
import { cleanMessage, statusFaults, unknownStudents, type StatusFault } from './status-check';
import { nextStatus, type QualificationRow, type QualificationStatus, type SavedPlugin } from './statuses';

/** What a person sends with a save. `qualified`, where given, are the students the person saw qualifying. */
export interface SaveRequest {
  status: string;
  message?: string | null | undefined;
  undecided?: readonly string[] | undefined;
  qualified?: readonly string[] | undefined;
  acceptNewerStatus?: boolean | undefined;
}

/** All a save is decided from, read in one transaction. */
export interface SaveContext {
  period: Period;
  /** The period's newest status; its list is needed only where the draft was previewed before it. */
  newest: { seq: number; list: DecidedList | null } | null;
  importRunning: boolean;
  draft: QualificationDraft | null;
  plugin: SavedPlugin | null;
  settings: PluginSettings;
  preview: DecidedList;
  now: Pick<Evaluation, 'assignments' | 'decisions'>;
  at: Date;
  by: string;
}

export type SaveRefusalCode =
  DraftRefusalCode | 'period-ended' | 'import-running' | 'status-changed-meanwhile' | 'qualification-differs';

/** A refused save writes nothing, and the draft stays as it is. */
export type SaveDecision =
  | { kind: 'saved'; status: QualificationStatus; rows: QualificationRow[] }
  | { kind: 'invalid'; faults: StatusFault[] }
  | { kind: 'refused'; code: SaveRefusalCode; differences: StudentDifference[] };

/**
 * Saves a draft: exactly the answers that were seen. Results may have changed meanwhile as long as no answer did; they are
 * saved as they are now.
 */
export function decideSave(context: SaveContext, request: SaveRequest): SaveDecision {
  const { draft, period, now, newest } = context;
  if (draft === null || draft.periodId !== period.periodId) return refuseSave('draft-not-found');
  const faults = saveFaults(context, request);
  if (faults.length > 0) return { kind: 'invalid', faults };
  const code = hindrance(context);
  if (code !== null) return refuseSave(code);
  const today = decidedNow(now);
  if (isOutdated(context) && request.acceptNewerStatus !== true) {
    return refuseSave('status-changed-meanwhile', answerDifferences(newest?.list ?? NOBODY, today));
  }
  const differences = answerDifferences(context.preview, today);
  if (differences.length > 0) return refuseSave('qualification-differs', differences);
  const unseen = unseenAnswers(now.decisions, request);
  if (unseen.length > 0) return refuseSave('qualification-differs', unseen);
  return { kind: 'saved', status: newStatus(context, request), rows: listRowsOf(now.decisions, request) };
}

const NOBODY: DecidedList = { assignmentIds: [], students: [] };

function refuseSave(code: SaveRefusalCode, differences: StudentDifference[] = []): SaveDecision {
  return { kind: 'refused', code, differences };
}

function saveFaults({ plugin, preview, now }: SaveContext, request: SaveRequest): StatusFault[] {
  const { status, message, undecided = [], qualified = [] } = request;
  const faults = statusFaults({ status, message, plugin: plugin?.id });
  if (status === 'notready') return [{ pointer: '/status', code: 'unknown-status' }];
  if (status === 'ready' && undecided.length > 0) {
    faults.push({ pointer: '/undecided', code: 'undecided-needs-almostready' });
  }
  const known = new Set([...preview.students, ...now.decisions].map(({ userId }) => userId));
  return [
    ...faults,
    ...unknownStudents('undecided', undecided, known),
    ...unknownStudents('qualified', qualified, known),
  ];
}

function hindrance({ period, draft, at, importRunning }: SaveContext): SaveRefusalCode | null {
  const code = draftSaveFault(draft, period.periodId, at);
  if (code !== null) return code;
  if (hasEnded(period, at)) return 'period-ended';
  return importRunning ? 'import-running' : null;
}

/** Somebody saved or retracted after the preview was made. */
function isOutdated({ newest, draft }: SaveContext): boolean {
  return (newest?.seq ?? null) !== (draft?.basedOnSeq ?? null);
}

/** Where the caller's list and the rule's answers differ, leaving out those who stay undecided anyway. */
function unseenAnswers(decisions: readonly StudentDecision[], request: SaveRequest): StudentDifference[] {
  if (request.qualified === undefined) return [];
  const [seen, undecided] = [new Set(request.qualified), new Set(request.undecided)];
  return decisions
    .filter(({ userId, qualifies }) => !undecided.has(userId) && seen.has(userId) !== qualifies)
    .map(({ userId, qualifies }) => ({
      userId,
      change: 'answer' as const,
      before: !qualifies,
      after: qualifies,
      assignments: [],
    }))
    .sort((one, other) => compareIds(one.userId, other.userId));
}

function newStatus(context: SaveContext, { status, message }: SaveRequest): QualificationStatus {
  const { newest, at, by, plugin, settings, draft, now } = context;
  return nextStatus(newest, {
    status: status === 'ready' ? 'ready' : 'almostready',
    message: cleanMessage(message),
    at,
    by,
    plugin,
    settings,
    draftId: draft?.draftId ?? null,
    assignmentIds: now.assignments.map(({ assignmentId }) => assignmentId),
  });
}

/** One row for each student of the period, and only one. */
function listRowsOf(decisions: readonly StudentDecision[], { undecided = [] }: SaveRequest): QualificationRow[] {
  const open = new Set(undecided);
  const byUser = new Map(decisions.map((decision) => [decision.userId, decision]));
  return [...byUser.values()].map(({ userId, qualifies, reason, cells }, position) => ({
    userId,
    qualifies: open.has(userId) ? null : qualifies,
    ruled: qualifies,
    reason,
    cells,
    position,
  }));
}
