import { isDeepStrictEqual } from 'node:util';
import type { ChannelKind, ExportLevel } from '../../domain/exports/model';
import type { GoldenConflict, GoldenEnrollment, GoldenExpectation, GoldenExport, EnterpriseRow } from './enterprise-cases';
import { by88, type ExpectedEnrollment, sentBefore, recordedOutcome, withDetails } from './enterprise-readings';

export interface ExpectedExport {
  /** A refusal's code where we refuse what was recorded as an export (docs/decided-differences.md#e2). */
  refused?: string;
  enrollments: Map<number, ExpectedEnrollment>;
  /** Null where nobody recorded any (8.8). */
  conflicts: GoldenConflict[] | null;
}

/**
 * The expectation of an export or assessment case, computed from the two recorded ones by
 * docs/recorded-behaviour.md#which-recording-counts; from the case's inputs and recordings, never from its name:
 *
 * 1. Learner without course run, or the reverse: refused (E2).
 * 2. "Already sent?" is asked first, by the enrollment's own last accepted row of this configuration and the caller's
 *    grade (8.8's keying, the seed's grade rule; E1 where the seed's carried-over grade or foreign row says otherwise).
 * 3. Whatever else the seed (3.17) recorded, is followed. Where it recorded an "already sent" that rule 2 takes back,
 *    the kind of 8.8's outcome is followed, but for values, which 8.8 gets from other sources.
 * 4. An aborted run (E3): the enrollment at which it broke fails, those behind it go on, as in rule 3. Both packages
 *    crash over a single assessment without an audit table (E7): it is exported, though nobody recorded how.
 * 5. Degreed2 exists in 8.8 only: its recording is followed; of its values only those that pacing would give as well.
 */
export function expectedExport(one: GoldenExport, level: ExportLevel): ExpectedExport {
  const { call, world, seed_expectation: seed } = one;
  const enrollments = new Map<number, ExpectedEnrollment>();
  if (call.form === 'learner_only' || call.form === 'course_only') {
    return { refused: 'learner-and-course-run-go-together', enrollments, conflicts: null };
  }
  const expectedFor = level === 'completion' ? expectedCompletion : expectedAssessment;
  for (const enrollment of world.enrollments) enrollments.set(enrollment.id, expectedFor(one, enrollment));
  const untouched = [...enrollments.values()].every(({ wanted }) => wanted === undefined);
  return { enrollments, conflicts: seed && untouched ? (seed.conflicts ?? []) : null };
}

function expectedCompletion(one: GoldenExport, enrollment: GoldenEnrollment): ExpectedEnrollment {
  const { seed_expectation: seed, installed_expectation: installed } = one;
  const recorded = recordedOutcome(seed ?? installed, enrollment);
  if (recorded.kind === 'not-selected') return recorded;
  const recordedAsSent = recorded.kind === 'skipped' && recorded.reasons.includes('already-transmitted');
  if (sentBefore(one, enrollment)) {
    return { kind: 'skipped', reasons: ['already-transmitted'], ...(recordedAsSent || !seed ? {} : { wanted: 'E1' }) };
  }
  if (recordedAsSent) return { ...by88(installed, enrollment), wanted: 'E1' };
  if (recorded.kind === 'open') {
    const broken = seed !== null && brokenAt(one, seed) === enrollment.id;
    return broken ? { kind: 'failed', wanted: 'E3' } : { ...by88(installed, enrollment), wanted: 'E3' };
  }
  return seed ? recorded : degreed2(one, enrollment, recorded);
}

/** Rule 5. */
function degreed2(one: GoldenExport, enrollment: GoldenEnrollment, recorded: ExpectedEnrollment): ExpectedEnrollment {
  if (recorded.kind !== 'records' || pacingAgrees(one, enrollment)) return withDetails(recorded);
  return by88(one.installed_expectation, enrollment);
}

/** Assessments were recorded without the reasons that are told by the inputs: who was asked for, and what was sent. */
function expectedAssessment(one: GoldenExport, enrollment: GoldenEnrollment): ExpectedEnrollment {
  const { call, seed_expectation: seed, installed_expectation: installed } = one;
  if (!isRequested(one, enrollment)) return { kind: 'no-records' };
  const recorded = recordedOutcome(seed ?? installed, enrollment);
  const single = call.form === 'single' ? expectedSingle(one, enrollment, recorded) : null;
  if (single !== null) return single;
  return seed?.raised && recorded.kind === 'no-records' ? lost(one, seed, enrollment) : recorded;
}

/** What rules 2 and 4 say of a single assessment; null where they say nothing. */
function expectedSingle(one: GoldenExport, enrollment: GoldenEnrollment, recorded: ExpectedEnrollment): ExpectedEnrollment | null {
  const { world, seed_expectation: seed, installed_expectation: installed } = one;
  if ([seed, installed].every((side) => side?.raised?.message.includes('DoesNotExist'))) {
    return { kind: 'open', wanted: 'E7' };
  }
  if (sentBefore(one, enrollment)) return { kind: 'no-records' };
  const course = world.courses.find(({ course_run_id: run }) => run === enrollment.course_run_id);
  const silenced = recorded.kind === 'no-records' && sentBefore(one, enrollment, 'any');
  return silenced && course?.details_status === 200 ? { ...by88(installed, enrollment), wanted: 'E1' } : null;
}

/** What became of an enrollment that a broken run of assessments says nothing of (rule 4). */
function lost(one: GoldenExport, seed: GoldenExpectation, { id }: GoldenEnrollment): ExpectedEnrollment {
  const { raised } = seed;
  if (!raised?.type.startsWith('Http')) return { kind: 'no-records' };
  const broke = inOrder(one.world.enrollments).find(
    (other) =>
      raised.message.includes(other.course_run_id) &&
      Number(other.gradebook?.status) >= 500 &&
      isRequested(one, other) &&
      recordedOutcome(seed, other).kind === 'no-records',
  );
  return { kind: broke?.id === id ? 'failed' : 'open', wanted: 'E3' };
}

/** Bulk runs look at the customer's learners, single ones at the learner alone, whoever's learner that is. */
function isRequested({ call, world }: GoldenExport, enrollment: GoldenEnrollment): boolean {
  const tie = world.learners.find(({ enterprise_customer_user_id: id }) => id === enrollment.enterprise_customer_user_id);
  if (!tie?.active || !tie.linked) return false;
  if (call.form === 'bulk') return tie.customer === 'main';
  return tie.username === call.learner && enrollment.course_run_id === call.course_run_id;
}

/** The run broke at the first enrollment that has no outcome. */
function brokenAt({ world }: GoldenExport, side: GoldenExpectation): number | undefined {
  const lost = side.skipped.filter(({ reason }) => reason === 'export_aborted').map(({ enrollment_id: id }) => id);
  return inOrder(world.enrollments).find(({ id }) => lost.includes(id))?.id;
}

/** Enrollments are exported by course run, then id. */
function inOrder(enrollments: readonly GoldenEnrollment[]): GoldenEnrollment[] {
  const byRun = (run: string, other: string): number => (run < other ? -1 : Number(run > other));
  return [...enrollments].sort((a, b) => byRun(a.course_run_id, b.course_run_id) || a.id - b.id);
}

/** Where 8.8's "certificate first" and the followed "pacing decides" end at the same source. */
function pacingAgrees({ world }: GoldenExport, { course_run_id: run, mode, certificate }: GoldenEnrollment): boolean {
  const course = world.courses.find(({ course_run_id: id }) => id === run);
  const paid = mode !== 'audit' && mode !== 'honor';
  return course?.details?.['pacing'] === 'instructor' && paid && certificate?.status === 200;
}

/** Recorded conflicts in our words. */
export function conflictRows(conflicts: readonly GoldenConflict[]): EnterpriseRow[] {
  return conflicts.map(({ enrollment_id: id, ...conflict }) => ({ ...conflict, enrollment_id: String(id) }));
}

/**
 * The columns in which rows of Degreed2 are compared: 8.8 completes by other rules
 * (docs/recorded-behaviour.md#course-completed).
 */
export function rowsAgree(channel: ChannelKind, recorded: readonly EnterpriseRow[], ours: readonly EnterpriseRow[]): boolean {
  if (channel !== 'DEGREED2') return isDeepStrictEqual(recorded, ours);
  const shared = ({ course_completed: _, ...row }: EnterpriseRow): EnterpriseRow => row;
  return isDeepStrictEqual(recorded.map(shared), ours.map(shared));
}
