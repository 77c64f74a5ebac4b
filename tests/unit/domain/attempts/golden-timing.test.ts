import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllowance } from '../../../../domain/attempts/allowances';
import { isOver } from '../../../../domain/attempts/deadline';
import type { Attempt } from '../../../../domain/attempts/model';
import { current } from '../../../../domain/attempts/rule-sets';
import { secondsLeft } from '../../../../domain/attempts/time-allowed';
import { isPastDue } from '../../../../domain/attempts/transitions/registration';
import { AttemptSimulator, type Simulated, type Surroundings } from '../../../golden/attempt-simulator';
import type { GoldenCase, GoldenReviewStep, GoldenRow } from '../../../golden/cases';
import { casesOf, goldenNow } from '../../../golden/families';
import { caseExam, singleAttempt } from '../../../golden/initial';
import { minutesAfter } from '../../../golden/instants';
import { loadGolden } from '../../../golden/load';
import { createdView, expectedOutcome, type CaseOutcome } from '../../../golden/outcome';
import { compareCases, expectCasesAgree } from '../../../support/case-agreement';
import { observed } from './golden-runs';

const file = loadGolden('timing');
const now = goldenNow('timing');

interface PollCase extends GoldenCase {
  limit_seconds: number;
  elapsed_seconds: number;
  body: { status: string; time_remaining_seconds: number };
}

/** What is compared of a poll, beside the time-out it finds: the answer's status and the seconds left. */
type Polled = CaseOutcome & { status: string | undefined; secondsLeft: number };

describe('The recorded polls', () => {
  const cases = casesOf<PollCase>('timing', 'poll');

  function polled(one: PollCase): Polled {
    const at = minutesAfter(now, one.elapsed_seconds / 60);
    const allowTimedOutState = one.allow_timed_out_state === true;
    const initial = singleAttempt(file, one, one.status ?? 'started');
    const time = { startedAt: now, allowedTimeLimitMins: one.limit_seconds / 60 };
    initial.attempts = initial.attempts.map((attempt) => ({ ...attempt, ...time }));
    const rules = { ...current, allowTimedOutState };
    const simulator = new AttemptSimulator(initial.exams, initial.attempts, { now: at, rules });
    const outcome = observed(simulator.run(1, 'a1', () => ({ type: 'timeOut' })));
    const [attempt] = simulator.attempts;
    return { ...outcome, status: attempt?.status, secondsLeft: attempt ? secondsLeft(attempt, at) : NaN };
  }

  it('agree: exactly at the limit the attempt runs, a second later it is over, with the limit as completion', () => {
    const expectedPoll = (one: PollCase): Polled => ({
      ...expectedOutcome(one),
      status: one.body.status,
      secondsLeft: one.body.time_remaining_seconds,
    });
    const agreement = compareCases(
      'timing',
      cases,
      (one) => expectedPoll(one as PollCase),
      (one) => polled(one as PollCase),
    );
    expectCasesAgree(agreement, 160);
  });
});

interface ResumeStep extends GoldenReviewStep {
  op: string;
  at: string;
}

interface ResumeCase extends Omit<GoldenCase, 'steps'> {
  steps: ResumeStep[];
  ping_failure_passthrough: boolean;
}

/** An exam that breaks off and is resumed, step by step. */
class Resumption {
  private readonly surroundings: Surroundings;
  private readonly simulator: AttemptSimulator;

  constructor(private readonly one: ResumeCase) {
    const rules = { ...current, pingFailurePassthrough: one.ping_failure_passthrough };
    this.surroundings = { now, rules, extraTimeMins: Number(one.additional_time_granted ?? 0) };
    const exam = caseExam(file, one);
    this.simulator = new AttemptSimulator([exam], [], this.surroundings);
  }

  get newest(): Attempt | undefined {
    return this.simulator.attempts.at(-1);
  }

  get rows(): Record<string, GoldenRow> {
    return Object.fromEntries(this.simulator.attempts.map((attempt) => [attempt.id, createdView(attempt)]));
  }

  /** The timer fires before anything after the deadline is handled. True if it had to fire. */
  ring({ at }: ResumeStep): boolean {
    const { newest } = this;
    if (!newest || !isOver(newest, new Date(at))) return false;
    this.surroundings.now = new Date(at);
    return this.simulator.run(1, newest.id, () => ({ type: 'timeOut' })).ok;
  }

  run({ op, at }: ResumeStep): Simulated {
    this.surroundings.now = new Date(at);
    const newest = this.newest?.id ?? null;
    const run = (command: Parameters<AttemptSimulator['run']>[2], id = newest): Simulated =>
      this.simulator.run(1, id, command);
    if (op === 'create') return run((newAttempt) => this.creation(newAttempt), null);
    if (op === 'start') return run(() => ({ type: 'act', action: 'start', actor: 'staff' }));
    if (op === 'submit') return run(() => ({ type: 'changeStatus', to: 'submitted' }));
    if (op === 'http error action') return run(() => ({ type: 'act', action: 'error', actor: 'learner' }));
    if (op === 'http mark_ready_to_resume by staff') {
      return run(() => ({ type: 'act', action: 'mark_ready_to_resume', actor: 'staff' }));
    }
    throw new Error(`unknown operation ${op}`);
  }

  private creation(
    newAttempt: Parameters<Parameters<AttemptSimulator['run']>[2]>[0],
  ): ReturnType<Parameters<AttemptSimulator['run']>[2]> {
    const takingAsProctored = file.kinds[this.one.kind ?? '']?.is_proctored ?? false;
    return { type: 'create', newAttempt, takingAsProctored };
  }
}

/** The rows a recording ends with: what was created, with what was changed since. */
function replayed(rows: Record<string, GoldenRow>, { created = {}, changed = {} }: GoldenReviewStep): void {
  Object.assign(rows, structuredClone(created));
  for (const [name, fields] of Object.entries(changed)) rows[name] = { ...rows[name], ...fields };
}

/** P1, P3 and P7, by the step's input and what was there before it. */
function wantedIn(
  step: ResumeStep,
  { status, late }: { status: string | undefined; late: boolean },
): string | undefined {
  if (late) return 'P7';
  if (step.op === 'create' && !step.ok && step.changed) return 'P3';
  return step.op === 'start' && status === 'started' ? 'P1' : undefined;
}

describe('The recorded resumptions', () => {
  const cases = casesOf<ResumeCase>('timing', 'resume');
  const counts: Record<string, number> = { agree: 0 };
  const differences: unknown[] = [];

  function play(one: ResumeCase): void {
    const resumption = new Resumption(one);
    const rows: Record<string, GoldenRow> = {};
    let late = false;
    for (const step of one.steps) {
      late ||= resumption.ring(step);
      const wanted = wantedIn(step, { status: resumption.newest?.status, late });
      const [expected, seen] = [expectedOutcome(step), observed(resumption.run(step))];
      const agrees = isDeepStrictEqual(expected, seen);
      if (agrees || wanted !== undefined) {
        const key = agrees ? 'agree' : (wanted ?? '');
        counts[key] = (counts[key] ?? 0) + 1;
      } else differences.push({ step, expected, seen });
      if (agrees || wanted !== 'P3') replayed(rows, step);
    }
    const reduced = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, withoutDefaults(row)]));
    expect(resumption.rows).toEqual(reduced);
  }

  it('agree step by step and in what is left at the end, but for P1, P3 and P7', () => {
    cases.forEach(play);
    expect(differences.slice(0, 2)).toEqual([]);
    if (!process.env['GOLDEN_DIR'])
      expect({ cases: cases.length, ...counts }).toEqual({ cases: 60, agree: 382, P1: 8, P3: 6, P7: 24 });
  });
});

const ALWAYS_SHOWN = ['taking_as_proctored', 'is_sample_attempt'];

/** As recordings show new rows: fields at their default are left out. */
function withoutDefaults(row: GoldenRow): GoldenRow {
  const fields = Object.entries(row).filter(([name]) => name !== 'has_review_policy');
  return Object.fromEntries(
    fields.filter(([name, value]) => ALWAYS_SHOWN.includes(name) || (value !== null && value !== false)),
  );
}

interface CourseEndCase extends GoldenCase {
  course_end_in_minutes: number;
  is_passed_due: boolean;
}

it('Only a timed exam without a due date closes with its course, as recorded', () => {
  for (const one of casesOf<CourseEndCase>('timing', 'course_end')) {
    const courseEndsAt = minutesAfter(now, one.course_end_in_minutes);
    const isPassed = isPastDue({ exam: caseExam(file, one), now, courseEndsAt });
    expect({ one, isPassed }).toEqual({ one, isPassed: one.is_passed_due });
  }
});

it('A time multiplier is kept as the recorded minutes, whatever the limit', () => {
  const cases = casesOf<{ time_limit_mins: number; value: string; stored_key: string; stored_value: string }>(
    'timing',
    'time_multiplier',
  );
  for (const { time_limit_mins: timeLimitMins, value, stored_key, stored_value } of cases) {
    const stored = parseAllowance('time_multiplier', value, { timeLimitMins });
    expect({ timeLimitMins, multiplier: value, ...stored }).toEqual({
      timeLimitMins,
      multiplier: value,
      key: stored_key,
      value: stored_value,
    });
  }
});

/** Every family is compared somewhere, or stands in docs/recorded-cases.md with the reason why not. */
describe('The families of recorded times and actions', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/recorded-cases.md'), 'utf8');

  it.each(['timing', 'actions'])('of %s are all spoken for', (name) => {
    const families = [...new Set(loadGolden(name).cases.map(({ family }) => family))];
    expect(families.filter((family) => !page.includes(`\`${family}\``))).toEqual([]);
  });
});
