import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { CommandRequest } from '../contracts/attempt-activities';
import type { AttemptKey } from '../contracts/exam-attempt';
import { nextAttemptNumber } from '../db/attempt-numbers';
import type { Command } from '../domain/commands';
import type { NewAttempt } from '../domain/model';

/**
 * The identity an attempt would get by this command. A reset of a practice exam makes a further attempt; every other
 * creation makes the one the workflow is named after. Codes are UUIDs in capitals, as the field's systems give them.
 */
export async function newAttemptFor(
  trx: Knex.Transaction,
  command: CommandRequest,
  key: AttemptKey,
): Promise<NewAttempt> {
  const again = command.type === 'act' && command.action === 'reset_attempt';
  const number = again ? await nextAttemptNumber(trx, key.examId, key.userId) : key.attemptNumber;
  return { id: randomUUID(), code: randomUUID().toUpperCase(), number };
}

/** The request from the wire as the domain's command. */
export function commandOf(request: CommandRequest, newAttempt: NewAttempt): Command {
  switch (request.type) {
    case 'create':
    case 'declineByCascade':
    case 'act':
      return { ...request, newAttempt };
    case 'changeStatus': {
      const { timeoutAt, ...rest } = request;
      return timeoutAt === undefined ? rest : { ...rest, timeoutAt: new Date(timeoutAt) };
    }
    case 'timeOut':
    case 'adjustTime':
    case 'markReadyToResume':
      return request;
    case 'remove':
      return { ...request, requireProviderRemoval: true };
    default:
      throw new Error(`activities/review-input.ts reads what "${request.type}" is about`);
  }
}
