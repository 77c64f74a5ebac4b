import type { LogEntry } from '../../dev/simulator/journal';
import type { GoldenEffect } from '../golden/cases';
import { fullView, recipientsOf, type RecordedNames } from './outside-views';

/** A request that had an effect outside (or should have had: a removal refused), and how the recordings show it. */
export interface OutsideCall {
  entry: LogEntry;
  effect: GoldenEffect;
}

/** Requests of the case's learners and exams, in order, with all that they said. */
export function fullCalls(entries: readonly LogEntry[], names: RecordedNames): OutsideCall[] {
  return entries
    .filter((entry) => isAbout(entry, names) && !entry.repeat)
    .flatMap((entry) => {
      const effect = fullView(entry, names);
      return effect ? [{ entry, effect }] : [];
    });
}

/** The same without what is alike in every recorded case; only where it is unusual it shows, as a difference. */
export function outsideCalls(entries: readonly LogEntry[], names: RecordedNames): GoldenEffect[] {
  return fullCalls(entries, names)
    .map(({ effect }) => brief(effect))
    .filter((effect) => effect.do !== 'backend.exam_saved');
}

function isAbout(entry: LogEntry, { token, courseId, examLabel }: RecordedNames): boolean {
  if (entry.courseId !== undefined) return entry.courseId === courseId;
  if (entry.service === 'mail') return recipientsOf(entry).some((address) => address.includes(`-${token}@`));
  return entry.examId !== undefined && examLabel(Number(entry.examId)) !== undefined;
}

function brief({ do: name, ...effect }: GoldenEffect): GoldenEffect {
  if (name === 'email') return briefMail(effect);
  if (name === 'backend.register') return { do: name, ...withoutUsual(effect, REGISTERED) };
  return { do: name, ...withoutUsual(effect, { namespace: 'proctored_exam' }) };
}

const REGISTERED = { full_name: 'Learner u1', email: 'u1@example.org' };

function briefMail({ to, subject }: Record<string, unknown>): GoldenEffect {
  const usual = JSON.stringify(to) === '["u1@example.org"]';
  return { do: 'email', status: mailStatusOf(subject), ...(usual ? {} : { to }) };
}

/** The status a mail tells of: the last word of the recorded subjects. */
export function mailStatusOf(subject: unknown): string {
  return String(subject).replace('Proctoring attempt ', '');
}

function withoutUsual(effect: Record<string, unknown>, usual: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(effect).filter(([field, value]) => usual[field] !== value));
}
