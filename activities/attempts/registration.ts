import type { CommandRequest } from '../../contracts/attempts/commands';
import type { CommandRow } from '../../db/attempts/commands';
import type { LockedContext } from '../../db/attempts/decision-context';
import type { OpenRegistration } from '../../db/attempts/registrations';
import type { Answers, Question } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { newIdentity } from './command';

type RegistrationQuestion = OpenRegistration['question'];

/** What a command has in hand when it is decided: answers, and the identity they were asked for. */
export interface InHand {
  /** To be kept; null: the command gives one of its own. */
  newAttempt: NewAttempt | null;
  answers: Answers;
  /** The learner's registration for the next attempt, whichever command began it. */
  registration: RegistrationQuestion | null;
}

/**
 * The command's own answers; for a registration also another command's, so that double clicks, several tabs and a second try
 * after a lost answer lead to one. One that an attempt was made with is nobody else's.
 */
export function inHand(command: CommandRequest, { storedCommand, openRegistration }: LockedContext): InHand {
  if (storedCommand && !storedCommand.isTaken) return ownInHand(storedCommand);
  if (openRegistration === null || !createsAttempt(command))
    return { newAttempt: null, answers: {}, registration: null };
  const { newAttempt, question, answers } = openRegistration;
  return { newAttempt, answers, registration: question };
}

function ownInHand({ newAttempt, answers, question }: CommandRow): InHand {
  return { newAttempt, answers, registration: question?.kind === 'registration' ? question : null };
}

/**
 * The question to ask. A registration asked for before is repeated word for word, as its key is; at another provider it is a new
 * one, under an identity of its own.
 */
export function questionToAsk(
  question: Question,
  newAttempt: NewAttempt,
  { registration }: InHand,
): { question: Question; newAttempt: NewAttempt } {
  if (question.kind !== 'registration' || registration === null) return { question, newAttempt };
  if (registration.provider === question.provider) return { question: registration, newAttempt };
  const { id, code } = newIdentity();
  return { question: { ...question, newAttempt: { id, code } }, newAttempt: { ...newAttempt, id, code } };
}

function createsAttempt(command: CommandRequest): boolean {
  return command.type === 'create' || (command.type === 'act' && command.action === 'reset_attempt');
}
