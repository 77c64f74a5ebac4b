import { setTimeout as pause } from 'node:timers/promises';
import { ServiceError } from '../../clients/http/service-error';
import { declineByCascadeSignal } from '../../contracts/attempts/messages';
import { type CascadeCandidate, cascadeCandidates } from '../../db/attempts/cascade';
import { commandStates } from '../../db/attempts/commands';
import type { EffectToDo } from '../../db/effects/effects';
import { cascadeTargets } from '../../domain/attempts/cascade';
import type { Dependencies } from './dependencies';

/** How long one try waits for the targets' decisions, and how often it polls. */
const WAIT_LIMIT_MS = 5_000;
const POLL_INTERVAL_MS = 50;

/**
 * Signals the learner's attempts on the course's other proctored exams that this one was declined. Each decides under
 * its own lock (creates an attempt if there is none, keeps completed ones) and stores the command, so a second signal
 * has no effect. Done when every target has decided: then `pendingEffects` 0 means the whole cascade is over.
 */
export async function cascade(dependencies: Dependencies, effect: EffectToDo): Promise<void> {
  const { knex } = dependencies;
  const candidates = await cascadeCandidates(knex, effect.courseId, effect.userId);
  const exams = candidates.map(({ exam }) => exam);
  const declined = exams.find(({ id }) => id === effect.examId);
  const targets = new Set(declined ? cascadeTargets(exams, declined, spareOf(effect)).map(({ id }) => id) : []);
  const toNotify = candidates.filter(({ exam }) => targets.has(exam.id));
  await Promise.all(toNotify.map((candidate) => signalDecline(dependencies, effect, candidate)));
  await waitUntilDecided(
    dependencies,
    toNotify.map((candidate) => commandIdFor(effect, candidate)),
  );
}

async function signalDecline(
  { gateway, timings }: Dependencies,
  effect: EffectToDo,
  candidate: CascadeCandidate,
): Promise<void> {
  const { exam, attemptNumber, provider } = candidate;
  const { id: examId, courseId, examName } = exam;
  const ref = { examId, userId: effect.userId, attemptNumber, courseId, examName, provider, phase: 'open' as const };
  const input = { commandId: commandIdFor(effect, candidate), fromExamId: effect.examId };
  await gateway.signalWithStart(ref, declineByCascadeSignal, [input], timings);
}

async function waitUntilDecided({ knex }: Dependencies, commandIds: readonly string[]): Promise<void> {
  const deadlineMs = Date.now() + WAIT_LIMIT_MS;
  for (;;) {
    const states = await commandStates(knex, commandIds);
    const missing = commandIds.filter((commandId) => states.get(commandId) !== 'applied').length;
    if (missing === 0) return;
    if (Date.now() > deadlineMs) {
      throw new ServiceError('cascade', 'retryable', `${missing} of ${commandIds.length} exams have not decided yet`);
    }
    await pause(POLL_INTERVAL_MS);
  }
}

function spareOf({ action }: EffectToDo): readonly number[] {
  return action.name === 'cascade' ? (action.spare ?? []) : [];
}

function commandIdFor(effect: EffectToDo, { exam }: CascadeCandidate): string {
  return `cascade:${effect.key}:${exam.id}`;
}
