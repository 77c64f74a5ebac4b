import { ApiError } from '../../contracts/api-error';
import { adjustTimeUpdate, clockChangedSignal } from '../../contracts/attempts/messages';
import { commandStates } from '../../db/attempts/commands';
import type { LocatedAttempt } from '../../db/attempts/find';
import { type ExamsAndLearners, runningAttempts } from '../../db/attempts/running';
import type { ApiContext } from '../context';
import { executeOn } from './command';

const CONCURRENCY = 16;
/**
 * A caller waits ten seconds at most (docs/design.md#a-caller-waits-ten-seconds); the rest is done under the same key.
 */
const PATIENCE_MS = 8_000;

/**
 * Lets changed allowances count for attempts that run: each workflow counts the minutes anew and moves its timer. Repeated
 * under the same command id, those that were counted already are left alone. @returns how many attempts run.
 */
export async function applyToRunning(context: ApiContext, scope: ExamsAndLearners, commandId: string): Promise<number> {
  const running = await runningAttempts(context.knex, scope, context.now());
  const idOf = ({ view }: LocatedAttempt): string => `${commandId}:${view.attemptId}`;
  const states = await commandStates(context.knex, running.map(idOf));
  const open = running.filter((located) => states.get(idOf(located)) !== 'applied');
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (let at = 0; at < open.length; at += CONCURRENCY) {
    if (Date.now() > deadlineMs) throw retryLater();
    const chunk = open.slice(at, at + CONCURRENCY);
    await Promise.all(
      chunk.map((located) => executeOn(context, located.ref, adjustTimeUpdate, { commandId: idOf(located) })),
    ).catch((error: unknown) => {
      throw error instanceof ApiError && error.code === 'temporal-unavailable' ? retryLater() : error;
    });
  }
  return running.length;
}

/** Where minutes are not fixed at the start, allowances count by themselves; only the timers have to be notified. */
export async function notifyUnfixed({ knex, temporal, now }: ApiContext, scope: ExamsAndLearners): Promise<void> {
  const running = await runningAttempts(knex, scope, now());
  const unfixed = running.filter(({ view }) => view.allowedTimeLimitMins === null);
  for (const { ref } of unfixed) await temporal.signal(ref, clockChangedSignal, []);
}

function retryLater(): ApiError {
  const detail = 'The allowances are stored, but not all running attempts have been told. Repeat with the same key.';
  return new ApiError('outcome-unknown', detail);
}
