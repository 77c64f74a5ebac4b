import type { Knex } from 'knex';
import type { DecideResult } from '../../contracts/attempts/activities';
import type { AttemptKey } from '../../contracts/attempts/messages';
import type { DecisionContextRows } from '../../db/attempts/decision-context';
import { readGateFacts } from '../../db/qualification/gate';
import type { Command } from '../../domain/attempts/commands';
import type { Attempt } from '../../domain/attempts/model';
import { decideGate } from '../../domain/qualification/gate';
import { wordsFor } from '../../domain/qualification/messages/catalogue';

/**
 * Whether the list of a period keeps the learner out of a new attempt, or of starting one for the first time; an attempt that
 * was started goes on. Read in the deciding transaction: of a save and a start at once, whichever commits first counts.
 * Exams without the requirement run no statement for it.
 */
export async function gateRefusal(
  trx: Knex,
  { examId, userId }: AttemptKey,
  command: Command,
  { requiresQualification: requirement, attempt }: Pick<DecisionContextRows, 'requiresQualification' | 'attempt'>,
): Promise<Extract<DecideResult, { kind: 'refused' }> | null> {
  if (requirement === null || !passesGate(command, attempt)) return null;
  const { periodId } = requirement;
  const answer = decideGate(requirement, await readGateFacts(trx, { periodId, examId, userId }));
  if (answer.admitted) return null;
  const detail = wordsFor(`gate.${answer.reason}`, 'en');
  return { kind: 'refused', code: 'qualification-required', detail, reason: answer.reason };
}

function passesGate(command: Command, attempt: Attempt | null): boolean {
  if (command.type === 'create') return true;
  if (attempt === null || attempt.startedAt !== null) return false;
  if (command.type === 'act') return command.action === 'start';
  return command.type === 'changeStatus' && command.to === 'started';
}
