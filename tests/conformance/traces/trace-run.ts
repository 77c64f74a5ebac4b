import { waitUntil } from '../../../dev/wait-until';
import type { Attempt } from '../../../domain/attempts/model';
import { isIncomplete } from '../../../domain/attempts/statuses';
import type { GoldenRow } from '../../golden/cases';
import { changedView, createdView, type CaseOutcome } from '../../golden/outcome';
import type { GoldenTrace, TraceFile, TraceFinal, TraceStep } from '../../golden/traces';
import type { WantedNumber } from '../../golden/wanted';
import { isSettled, newestCallback, refusedSince } from '../../support/settled';
import type { ConformanceStack } from '../conformance-stack';
import { newestEffect } from '../effect-rows';
import { traceCallers } from './trace-callers';
import { differenceInFinal, differenceInStep } from './trace-comparison';
import { TraceCourse } from './trace-course';
import { observedEffects } from './trace-effects';
import { finalState, traceRowOf } from './trace-final';
import { carryOut, type TraceContext } from './trace-operations';
import { applyRecordedState } from './trace-recorded-state';
import { type Before, wantedInStep } from './trace-wanted';

/** How long an operation's effects, or a deadline's, may take. */
const SETTLE_MS = 60_000;

/** What one step came to, in the recorded shape. */
export interface ObservedStep extends CaseOutcome, Pick<TraceStep, 'exams' | 'policies' | 'policy_history_rows'> {
  at: string;
  op: TraceStep['op'];
  wanted: WantedNumber[];
  difference?: string;
  /** Code of the refusal, for people. */
  code?: string;
}

export interface ObservedTrace {
  steps: ObservedStep[];
  final?: TraceFinal;
  finalDifference?: string;
}

/** Replays one trace in a course of its own and holds every step against the recording. */
export async function runTrace(
  stack: ConformanceStack,
  file: TraceFile,
  one: GoldenTrace,
  token: string,
): Promise<ObservedTrace> {
  const course = new TraceCourse(stack.knex, token, { file, one });
  await course.store();
  await prepareOutside(stack, course, one);
  const stage = { course, callers: await traceCallers(stack, course, one), simulator: stack.simulator };
  const player = new TracePlayer(stack, stage);
  const steps: ObservedStep[] = [];
  for (const step of one.steps) steps.push(await player.play(step));
  const past = { ever: [...player.ever].sort(byNumber), leftOut: player.operatorsArchive };
  const final = await finalState(stack, course, past);
  const difference = differenceInFinal(one.final, final, player.unlikeInArchive);
  return { steps, final, ...(difference === undefined ? {} : { finalDifference: difference }) };
}

async function prepareOutside(
  { simulator }: ConformanceStack,
  { courseId }: TraceCourse,
  { config }: GoldenTrace,
): Promise<void> {
  const name = config['credit_state'] === 'no_course_name' ? null : 'Oracle Course';
  await simulator.answer('course-name', { courseId, name });
  await simulator.answer('override', { courseId, enabled: config['grade_override_enabled'] !== false });
}

function byNumber(one: string, other: string): number {
  return Number(one.slice(1)) - Number(other.slice(1));
}

/** Plays the steps of one trace, one after the other. */
class TracePlayer {
  /** Every attempt there ever was. */
  readonly ever = new Set<string>();
  /** Archived rows that nobody recorded: operators' steps to where a wanted difference had not led. */
  readonly operatorsArchive = new Set<number>();
  /** Attempts whose archive lacks a recorded row all the same. */
  readonly unlikeInArchive = new Set<string>();

  constructor(
    private readonly stack: ConformanceStack,
    private readonly stage: TraceContext,
  ) {}

  async play(step: TraceStep): Promise<ObservedStep> {
    const { course, simulator } = this.stage;
    const before = await course.look();
    const exams = await course.examsNow();
    const archivedBefore = (await course.archive()).at(-1)?.id ?? 0;
    const observed = await this.observe(step, before, archivedBefore);
    const difference = differenceInStep(step, observed);
    if (difference === undefined) return observed;
    const wanted = wantedInStep(step, { before: byName(before), exams });
    if (wanted === undefined) return { ...observed, difference };
    await applyRecordedState(step, before, this.stack.knex, this.stage, () => this.untilSettled());
    await this.noteArchive(step, archivedBefore);
    await simulator.requestsSince(simulator.mark);
    return { ...observed, difference, wanted: [wanted] };
  }

  private async observe(step: TraceStep, before: Attempt[], archivedBefore: number): Promise<ObservedStep> {
    const { stack, stage } = this;
    const { course, simulator, callers } = stage;
    const { at, op } = step;
    const since = { mark: simulator.mark, effect: await newestEffect(stack.knex, course.courseId) };
    const callback = await newestCallback(stack.knex, course.examNumbers);
    await callers.operator.put(`/courses/${encodeURIComponent(course.courseId)}/clock`, { frozenAt: at });
    if (op.do === 'time_passes') await this.timedOut(op.attempt ?? '');
    const { ok, code } = await carryOut(op, stage);
    await this.untilSettled();
    const refused = await refusedSince(stack.knex, course.examNumbers, callback);
    const changes = this.rowChanges(before, await course.look(op.exam));
    return {
      at,
      op,
      ok: ok && refused === undefined,
      ...changes,
      effects: await observedEffects(stack, course, since),
      archived: await this.archivedAfter(archivedBefore),
      ...(op.do === 'publish' ? await this.tables() : {}),
      wanted: [],
      ...(code === undefined && refused === undefined ? {} : { code: code ?? refused ?? '' }),
    };
  }

  private async tables(): Promise<Pick<TraceStep, 'exams' | 'policies' | 'policy_history_rows'>> {
    const { course } = this.stage;
    const policy_history_rows = await course.policyHistoryRows();
    return { exams: await course.exams(), policies: await course.policies(), policy_history_rows };
  }

  /** The attempt's own timer times it out, without any request. */
  private async timedOut(attempt: string): Promise<void> {
    const { course } = this.stage;
    await waitUntil(
      async () => {
        const row = (await course.attempts()).find(({ id }) => id === attempt);
        return row === undefined || !isIncomplete(row.status);
      },
      { what: `the deadline of ${attempt} in ${course.courseId}`, timeoutMs: SETTLE_MS, intervalMs: 20 },
    ).catch(() => undefined);
  }

  private async untilSettled(): Promise<void> {
    const { course } = this.stage;
    await waitUntil(() => isSettled(this.stack.knex, course.courseId, course.examNumbers), {
      what: `the effects of ${course.courseId}`,
      timeoutMs: SETTLE_MS,
      intervalMs: 15,
    });
  }

  private rowChanges(before: Attempt[], after: Attempt[]): Pick<CaseOutcome, 'changed' | 'created' | 'deleted'> {
    const { course } = this.stage;
    const [old, live] = [byName(before), byName(after)];
    const changed: Record<string, GoldenRow> = {};
    const created: Record<string, GoldenRow> = {};
    for (const attempt of after) {
      this.ever.add(attempt.id);
      const was = old.get(attempt.id);
      if (!was) created[attempt.id] = traceRowOf(course, createdView(attempt), attempt.id);
      else if (Object.keys(changedView(was, attempt)).length > 0) changed[attempt.id] = changedView(was, attempt);
    }
    const deleted = before.map(({ id }) => id).filter((id) => !live.has(id));
    return { changed, created, deleted: deleted.sort() };
  }

  private async archivedAfter(id: number): Promise<CaseOutcome['archived']> {
    const archived: CaseOutcome['archived'] = {};
    for (const row of await this.stage.course.archive()) {
      if (row.id > id) (archived[row.attempt] ??= []).push(row.status);
    }
    return archived;
  }

  /** Of what operators archived on the way, only what was recorded counts. */
  private async noteArchive(step: TraceStep, archivedBefore: number): Promise<void> {
    const missing = Object.entries(step.archived ?? {}).flatMap(([name, statuses]) =>
      statuses.map((status) => `${name} ${status}`),
    );
    for (const row of await this.stage.course.archive()) {
      if (row.id <= archivedBefore) continue;
      const at = missing.indexOf(`${row.attempt} ${row.status}`);
      if (at < 0) this.operatorsArchive.add(row.id);
      else missing.splice(at, 1);
    }
    for (const row of missing) this.unlikeInArchive.add(row.split(' ')[0] ?? '');
  }
}

function byName(attempts: readonly Attempt[]): Map<string, Attempt> & Before {
  return new Map(attempts.map((attempt) => [attempt.id, attempt]));
}
