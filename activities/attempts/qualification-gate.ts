import type { Knex } from 'knex';
import type { DecideResult } from '../../contracts/attempts/activities';
import type { AttemptKey } from '../../contracts/attempts/messages';
import type { DecisionContextRows } from '../../db/attempts/decision-context';
import { readGateFacts } from '../../db/qualification/gate';
import type { Command } from '../../domain/attempts/commands';
import type { Attempt } from '../../domain/attempts/model';
import { decideGate } from '../../domain/qualification/gate';
import { wordsFor } from '../../domain/qualification/messages/catalogue';

type GatedRows = Pick<DecisionContextRows, 'requiresQualification' | 'attempt' | 'others'>;

/**
 * Whether the list of a period keeps the learner out of a new attempt, or of starting one for the first time; what was started
 * goes on, also in the attempt that resumes it. Read in the deciding transaction: of a save and a start at once, whichever
 * commits first counts. Exams without the requirement run no statement for it.
 */
export async function gateRefusal(
  trx: Knex,
  { examId, userId }: AttemptKey,
  command: Command,
  rows: GatedRows,
): Promise<Extract<DecideResult, { kind: 'refused' }> | null> {
  const { requiresQualification: requirement } = rows;
  if (requirement === null || !passesGate(command, rows)) return null;
  const { periodId } = requirement;
  const answer = decideGate(requirement, await readGateFacts(trx, { periodId, examId, userId }));
  if (answer.admitted) return null;
  const detail = wordsFor(`gate.${answer.reason}`, 'en');
  return { kind: 'refused', code: 'qualification-required', detail, reason: answer.reason };
}

function passesGate(command: Command, { attempt, others }: GatedRows): boolean {
  if (others.some(isContinued)) return false;
  if (command.type === 'create') return attempt === null || !isContinued(attempt);
  if (attempt === null || attempt.startedAt !== null) return false;
  if (command.type === 'act') return command.action === 'start';
  return command.type === 'changeStatus' && command.to === 'started';
}

/** Begun, broken off, and to be gone on with in a newer attempt. */
function isContinued({ startedAt, readyToResume, resumed }: Attempt): boolean {
  return startedAt !== null && (readyToResume || resumed);
}
