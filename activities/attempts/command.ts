import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Refused } from '../../contracts/attempts/activities';
import type { CommandRequest, Precondition, ReviewRequest } from '../../contracts/attempts/commands';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { nextAttemptNumber } from '../../db/attempts/numbers';
import type { Command } from '../../domain/attempts/commands';
import type { Attempt, NewAttempt } from '../../domain/attempts/model';

/** Codes are UUIDs in capitals, as edX's are. */
export function newIdentity(): Omit<NewAttempt, 'number'> {
  return { id: randomUUID(), code: randomUUID().toUpperCase() };
}

/**
 * The identity an attempt would get by this command. `given`: the one an outside service was sent; its number may have
 * been taken meanwhile.
 */
export async function newAttemptFor(
  trx: Knex.Transaction,
  command: CommandRequest,
  key: AttemptKey,
  given?: NewAttempt | null,
): Promise<NewAttempt> {
  const { id, code } = given ?? newIdentity();
  return { id, code, number: await numberFor(trx, command, key) };
}

/**
 * The workflow of a creation is named by the number that was next when it was asked for. Only here, under the learner's
 * lock, is it known whether another creation has taken it, or an attempt of that number has come and gone.
 */
function numberFor(trx: Knex.Transaction, command: CommandRequest, key: AttemptKey): Promise<number> | number {
  const isReset = command.type === 'act' && command.action === 'reset_attempt';
  const createsAttempt = isReset || command.type === 'create' || command.type === 'declineByCascade';
  return createsAttempt ? nextAttemptNumber(trx, key.examId, key.userId) : key.attemptNumber;
}

/** The request from the wire as the domain's command: what is not named here is the same in both. */
export function commandOf(request: Exclude<CommandRequest, ReviewRequest>, newAttempt: NewAttempt): Command {
  switch (request.type) {
    case 'create':
    case 'declineByCascade':
    case 'act':
      return { ...request, newAttempt };
    case 'changeStatus': {
      const { timeoutAt, ...rest } = request;
      return timeoutAt === undefined ? rest : { ...rest, timeoutAt: new Date(timeoutAt) };
    }
    case 'remove':
      return { ...request, requireProviderRemoval: true };
    default:
      return request;
  }
}

/** A caller may ask for a change of what it has seen only. Who changed it is not said here: that stays out of Temporal. */
export function changedMeanwhile(
  { ifVersions }: Precondition,
  attempt: Pick<Attempt, 'version'> | null,
): Refused | null {
  if (ifVersions === undefined || attempt === null || ifVersions.includes(attempt.version)) return null;
  return { kind: 'refused', code: 'changed-meanwhile', detail: `The attempt is at version ${attempt.version} now.` };
}
