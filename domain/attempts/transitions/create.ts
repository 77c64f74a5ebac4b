import type { Command } from '../commands';
import type { Decision, World, Write } from '../decision';
import type { Attempt } from '../model';
import { isOnboardingRefusal } from '../statuses';
import { entryInto } from './enter-status';
import { revised } from './entry';
import { newRow } from './new-attempt';
import { refuse } from './refusals';
import { isPastDue, registration } from './registration';

type Create = Extract<Command, { type: 'create' }>;

/**
 * A new attempt. Practice exams may always be taken again; any other only where the one before is being resumed, and then
 * with the seconds that one had left (timing.json, family second_attempt).
 */
export function create(world: World, command: Create): Decision {
  const { exam } = world;
  const previous = currentOf(world);
  const resumes = previous !== undefined && (previous.readyToResume || previous.resumed);
  if (previous && !resumes && !exam.isPracticeExam) {
    return refuse('attempt-already-exists', 'The learner already has an attempt on this exam.');
  }
  if (command.byLearner && !exam.isPracticeExam && isPastDue(world)) {
    return refuse('exam-past-due', 'The exam is past its due date.');
  }
  const timeRemainingSeconds = resumes ? previous.timeRemainingSeconds : null;
  const { takingAsProctored } = command;
  const registered = registration(world, command.newAttempt, takingAsProctored, timeRemainingSeconds);
  if ('kind' in registered) return registered;
  const row = newRow(world, command.newAttempt, { takingAsProctored, registered, timeRemainingSeconds });
  const makesRoom: Write[] = previous ? [steppingBack(world, previous, resumes)] : [];
  return placed(world, row, firstStatus(command, row, world), makesRoom);
}

/** The learner's attempt that a new one replaces as current: the newest, were the flag ever missing. */
export function currentOf(world: World): Attempt | undefined {
  const live = liveOf(world);
  return live.find((attempt) => attempt.isCurrent) ?? live.toSorted((a, b) => a.number - b.number).at(-1);
}

/**
 * The decision that stores a new row, entering `to` at once if given: one command, one version, and the archive shows that
 * it was `created` in between.
 */
export function placed(
  world: World,
  row: Attempt,
  to: { status: 'started' | 'declined'; cascade: boolean } | null,
  makesRoom: Write[],
): Decision {
  const attemptId = row.id;
  if (to === null) {
    const writes: Write[] = [...makesRoom, { do: 'create', attempt: revised(world, row, {}) }];
    return { kind: 'accepted', attemptId, writes, archive: [], effects: [] };
  }
  const entry = entryInto({ ...world, attempt: null, others: liveOf(world) }, row, {
    to: to.status,
    cascade: to.cascade,
  });
  const removals = entry.cleared.map((attempt): Write => ({ do: 'remove', attempt }));
  const kept = makesRoom.filter((write) =>
    entry.cleared.every(({ id }) => write.do !== 'save' || write.after.id !== id),
  );
  const writes: Write[] = [...kept, { do: 'create', attempt: entry.after }, ...removals];
  return { kind: 'accepted', attemptId, writes, archive: entry.archive, effects: entry.effects };
}

function liveOf({ attempt, others }: World): Attempt[] {
  return attempt ? [...others, attempt] : others;
}

function steppingBack(world: World, previous: Attempt, resumes: boolean): Write {
  const left = { isCurrent: false, ...(resumes ? { resumed: true, isResumable: false } : {}) };
  return { do: 'save', before: previous, after: revised(world, previous, left) };
}

function firstStatus(command: Create, row: Attempt, { exam }: World): Parameters<typeof placed>[2] {
  if (command.byLearner && exam.isProctored && !row.takingAsProctored) return { status: 'declined', cascade: true };
  return command.start && !isOnboardingRefusal(row.status) ? { status: 'started', cascade: true } : null;
}
