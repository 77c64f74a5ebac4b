import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { keepTurn, takeTurn, type Turn } from '../../db/attempts/registrations';
import type { Question } from '../../domain/attempts/decision';
import { retryFailure } from '../retry';

/** A turn whose worker died is free again after so long; one that lasts is kept. */
const LEASE_MS = 3_000;
const KEEP_EVERY_MS = LEASE_MS / 3;
/** How often those who wait look, and how long within one try: less than any time limit of the activity. */
const LOOK_AGAIN_MS = 100;
const LOOK_FOR_MS = 800;

/** Whose question it is. */
interface AskedCommand {
  knex: Knex;
  commandId: string;
  key: AttemptKey;
}

/**
 * Asks a command's question when nobody else asks it, and not at all when it is answered, or was dropped: then the command is
 * decided anew. The turn lasts as long as the request, also beyond the activity's time limit: a late answer is stored for the
 * next try, whoever makes it.
 */
export async function inTurn(asked: AskedCommand, ask: (question: Question | null) => Promise<void>): Promise<void> {
  const { knex, commandId } = asked;
  const taken = await turnOf(asked);
  if (!taken || taken.turn === 'answered') return;
  if (taken.turn === 'busy') throw retryFailure('QuestionWaits', 'another request for it is under way', LOOK_AGAIN_MS);
  const timer = setInterval(() => void keepTurn(knex, commandId, LEASE_MS).catch(() => undefined), KEEP_EVERY_MS);
  try {
    await ask(taken.question);
  } catch (error) {
    await keepTurn(knex, commandId, 0);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

async function turnOf({ knex, commandId, key }: AskedCommand): Promise<Turn | undefined> {
  for (const untilMs = Date.now() + LOOK_FOR_MS; ;) {
    const taken = await takeTurn(knex, { commandId, userId: key.userId, leaseMs: LEASE_MS });
    if (taken?.turn !== 'busy' || Date.now() >= untilMs) return taken;
    await pause(LOOK_AGAIN_MS);
  }
}
