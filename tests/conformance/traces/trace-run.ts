import { waitUntil } from '../../../dev/wait-until';
import type { Attempt } from '../../../domain/attempts/model';
import { isIncomplete } from '../../../domain/attempts/statuses';
import { changedView, createdView, type Outcome } from '../../golden/outcome';
import type { GoldenRow } from '../../golden/cases';
import type { GoldenTrace, TraceFile, TraceFinal, TraceStep } from '../../golden/traces';
import type { WantedNumber } from '../../golden/wanted';
import { newestEffect } from '../effect-rows';
import type { House } from '../house';
import { isSettled, newestCallback, refusedSince } from '../settled';
import { traceCallers } from './trace-callers';
import { observedEffects } from './trace-effects';
import { finalState, rowOf } from './trace-final';
import { followRecording } from './trace-follow';
import { carryOut, type Stage } from './trace-operations';
import { differenceInFinal, differenceInStep } from './trace-verdict';
import { type Before, wantedInStep } from './trace-wanted';
import { TraceWorld } from './trace-world';

/** How long an operation's effects, or a deadline's, may take. */
const SETTLE_MS = 60_000;

/** What one step came to, in the recorded shape. */
export interface ObservedStep extends Outcome, Pick<TraceStep, 'exams' | 'policies' | 'policy_history_rows'> {
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
export async function runTrace(house: House, file: TraceFile, one: GoldenTrace, token: string): Promise<ObservedTrace> {
  const world = new TraceWorld(house.knex, token, { file, one });
  await world.store();
  await prepareOutside(house, world, one);
  const stage = { world, callers: await traceCallers(house, world, one), simulator: house.simulator };
  const player = new TracePlayer(house, stage, token);
  const steps: ObservedStep[] = [];
  for (const step of one.steps) steps.push(await player.play(step));
  const past = { ever: [...player.ever].sort(byNumber), leftOut: player.operatorsArchive };
  const final = await finalState(house, world, past);
  const difference = differenceInFinal(one.final, final, player.unlikeInArchive);
  return { steps, final, ...(difference === undefined ? {} : { finalDifference: difference }) };
}

async function prepareOutside({ simulator }: House, { courseId }: TraceWorld, { config }: GoldenTrace): Promise<void> {
  await simulator.courseName(courseId, config['credit_state'] === 'no_course_name' ? null : 'Oracle Course');
  await simulator.gradeOverride(courseId, config['grade_override_enabled'] !== false);
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
    private readonly house: House,
    private readonly stage: Stage,
    private readonly token: string,
  ) {}

  async play(step: TraceStep): Promise<ObservedStep> {
    const { world, simulator } = this.stage;
    const before = await world.look();
    const archivedBefore = (await world.archive()).at(-1)?.id ?? 0;
    const observed = await this.observe(step, before, archivedBefore);
    const difference = differenceInStep(step, observed);
    if (difference === undefined) return observed;
    const wanted = wantedInStep(step, byName(before));
    if (wanted === undefined) return { ...observed, difference };
    await followRecording(step, before, this.house.knex, this.stage, () => this.settled());
    await this.noteArchive(step, archivedBefore);
    await simulator.requestsSince(simulator.mark);
    return { ...observed, difference, wanted: [wanted] };
  }

  private async observe(step: TraceStep, before: Attempt[], archivedBefore: number): Promise<ObservedStep> {
    const { house, stage } = this;
    const { world, simulator, callers } = stage;
    const { at, op } = step;
    const since = { mark: simulator.mark, effect: await newestEffect(house.knex, world.courseId) };
    const callback = await newestCallback(house.knex, world.examNumbers);
    await callers.operator.put(`/courses/${encodeURIComponent(world.courseId)}/clock`, { frozenAt: at });
    if (op.do === 'time_passes') await this.timedOut(op.attempt ?? '');
    const { ok, code } = await carryOut(op, stage);
    await this.settled();
    const refused = await refusedSince(house.knex, world.examNumbers, callback);
    const changes = this.rowChanges(before, await world.look(op.exam));
    return {
      ...{ at, op, ok: ok && refused === undefined, ...changes },
      effects: await observedEffects(house, world, this.token, since),
      archived: await this.archivedAfter(archivedBefore),
      ...(op.do === 'publish' ? await this.tables() : {}),
      wanted: [],
      ...(code === undefined && refused === undefined ? {} : { code: code ?? refused ?? '' }),
    };
  }

  private async tables(): Promise<Pick<TraceStep, 'exams' | 'policies' | 'policy_history_rows'>> {
    const { world } = this.stage;
    const policy_history_rows = await world.policyHistoryRows();
    return { exams: await world.exams(), policies: await world.policies(), policy_history_rows };
  }

  /** The attempt's own timer does it; nobody looks. */
  private async timedOut(attempt: string): Promise<void> {
    const { world } = this.stage;
    await waitUntil(
      async () => {
        const row = (await world.attempts()).find(({ id }) => id === attempt);
        return row === undefined || !isIncomplete(row.status);
      },
      { what: `the deadline of ${attempt} in ${world.courseId}`, timeoutMs: SETTLE_MS, intervalMs: 20 },
    ).catch(() => undefined);
  }

  private async settled(): Promise<void> {
    const { world } = this.stage;
    await waitUntil(() => isSettled(this.house.knex, world.courseId, world.examNumbers), {
      what: `the effects of ${world.courseId}`,
      timeoutMs: SETTLE_MS,
      intervalMs: 15,
    });
  }

  private rowChanges(before: Attempt[], after: Attempt[]): Pick<Outcome, 'changed' | 'created' | 'deleted'> {
    const { world } = this.stage;
    const [old, live] = [byName(before), byName(after)];
    const changed: Record<string, GoldenRow> = {};
    const created: Record<string, GoldenRow> = {};
    for (const attempt of after) {
      this.ever.add(attempt.id);
      const was = old.get(attempt.id);
      if (!was) created[attempt.id] = rowOf(world, createdView(attempt), attempt.id);
      else if (Object.keys(changedView(was, attempt)).length > 0) changed[attempt.id] = changedView(was, attempt);
    }
    const deleted = before.map(({ id }) => id).filter((id) => !live.has(id));
    return { changed, created, deleted: deleted.sort() };
  }

  private async archivedAfter(id: number): Promise<Outcome['archived']> {
    const archived: Outcome['archived'] = {};
    for (const row of await this.stage.world.archive()) {
      if (row.id > id) (archived[row.attempt] ??= []).push(row.status);
    }
    return archived;
  }

  /** Of what operators archived on the way, only what was recorded counts. */
  private async noteArchive(step: TraceStep, archivedBefore: number): Promise<void> {
    const missing = Object.entries(step.archived ?? {}).flatMap(([name, statuses]) =>
      statuses.map((status) => `${name} ${status}`),
    );
    for (const row of await this.stage.world.archive()) {
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
