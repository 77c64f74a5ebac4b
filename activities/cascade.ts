import { setTimeout as pause } from 'node:timers/promises';
import { attemptStartOptions } from '../clients/attempt-start';
import { ServiceError } from '../clients/service-error';
import { declineByCascadeSignal } from '../contracts/exam-attempt';
import { appliedCommands, cascadeCandidates, type CascadeCandidate } from '../db/cascade';
import type { EffectToDo } from './perform';
import { cascadeTargets } from '../domain/cascade';
import type { Dependencies } from './dependencies';

/** How long one try waits for the targets to judge, and how often it looks. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Tells the learner's attempts on the course's other proctored exams that this one was declined. Each target judges under
 * its own lock (creates an attempt if there is none, spares completed ones) and remembers the command, so telling it
 * twice has no effect. Done when every target has judged: then `pendingEffects` 0 means the whole cascade is over.
 */
export async function cascade(dependencies: Dependencies, effect: EffectToDo): Promise<void> {
  const { knex } = dependencies;
  const { exams, byExam } = await cascadeCandidates(knex, effect);
  const declined = exams.find(({ id }) => id === effect.examId);
  const targets = declined ? cascadeTargets(exams, declined) : [];
  const tell = targets.map(({ id }) => byExam.get(id)).filter((candidate) => candidate !== undefined);
  await Promise.all(tell.map((candidate) => signal(dependencies, effect, candidate)));
  await untilJudged(dependencies, tell.map((candidate) => commandIdFor(effect, candidate)));
}

async function signal({ gateway, timings }: Dependencies, effect: EffectToDo, target: CascadeCandidate): Promise<void> {
  const start = attemptStartOptions(target, timings);
  await gateway.signalWithStart(target.key, declineByCascadeSignal, [{ commandId: commandIdFor(effect, target) }], start);
}

async function untilJudged({ knex }: Dependencies, commandIds: readonly string[]): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const judged = await appliedCommands(knex, commandIds);
    if (judged.size === commandIds.length) return;
    if (Date.now() > giveUpAt) {
      throw new ServiceError('cascade', 'retryable', `${commandIds.length - judged.size} of ${commandIds.length} exams have not judged yet`);
    }
    await pause(LOOK_EVERY_MS);
  }
}

function commandIdFor(effect: EffectToDo, { key }: CascadeCandidate): string {
  return `cascade:${effect.key}:${key.examId}`;
}
