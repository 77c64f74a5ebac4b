import type { LogEntry } from '../../dev/simulator/journal';
import type { GoldenEffect } from '../golden/cases';
import { backendOf } from './configurations';

/** How the recordings call what a request is about. */
export interface RecordedNames {
  /** Part of every id of the case. */
  token: string;
  courseId: string;
  unmarked: (id: string) => string;
  examLabel: (id: number) => string;
}

type Body = Record<string, unknown>;
type View = (entry: LogEntry, names: RecordedNames) => GoldenEffect | undefined;

const REPORTS: Record<string, string> = { started: 'backend.start', submitted: 'backend.stop', error: 'backend.error' };

/** Requests of the case's learners that had an effect outside (or should have had: a removal refused), in order. */
export function outsideCalls(entries: readonly LogEntry[], names: RecordedNames): GoldenEffect[] {
  return entries
    .filter((entry) => isAbout(entry, names) && !entry.repeat)
    .flatMap((entry) => VIEWS[viewOf(entry)]?.(entry, names) ?? []);
}

function isAbout(entry: LogEntry, { token, courseId }: RecordedNames): boolean {
  if (entry.courseId !== undefined) return entry.courseId === courseId;
  if (entry.service === 'mail') return recipientsOf(entry).some((address) => address.includes(`-${token}@`));
  return entry.externalId?.endsWith(`-${token}`) ?? false;
}

function viewOf({ service, method, path }: LogEntry): string {
  if (service.startsWith('provider:')) return `provider ${method}`;
  return service === 'instructor' ? `instructor ${path.split('/').at(-1) ?? ''}` : `${service} ${method}`;
}

const VIEWS: Record<string, View> = {
  'credit PUT': (entry, names) => ({ do: 'credit.set', ...place(entry, names), ...credit(entry) }),
  'credit DELETE': (entry, names) => {
    const { status: _status, ...unexpected } = credit(entry);
    return { do: 'credit.remove', ...place(entry, names), ...unexpected };
  },
  'grades PUT': (entry, names) => {
    const { earnedAll, earnedGraded, comment, overrider } = entry.body as Body;
    const grade = { earned_all: earnedAll, earned_graded: earnedGraded, comment };
    return { do: 'grades.override', ...place(entry, names), ...grade, ...(overrider ? { overrider } : {}) };
  },
  'grades DELETE': (entry, names) => ({ do: 'grades.undo_override', ...place(entry, names) }),
  'certificates PUT': (entry, names) => ({ do: 'certificates.invalidate', user: names.unmarked(entry.userId ?? '') }),
  'instructor reset': (entry, names) => {
    const { requestingUser: by } = entry.body as { requestingUser?: string };
    const asker = by === undefined ? {} : { requesting_user: names.unmarked(by) };
    return { do: 'instructor.delete_student_attempt', ...place(entry, names), ...asker };
  },
  'instructor complete': (entry, names) => ({ do: 'instructor.complete_student_attempt', ...place(entry, names) }),
  'mail DATA': mailView,
  'provider PATCH': (entry, names) => {
    const status = String((entry.body as Body)['status']);
    return { do: REPORTS[status] ?? `backend.${status}`, ...atProvider(entry, names) };
  },
  'provider DELETE': (entry, names) => ({ do: 'backend.remove', ...atProvider(entry, names) }),
  'provider POST': registrationView,
};

function place({ userId, contentId }: LogEntry, { unmarked }: RecordedNames): { user: string; exam: string } {
  return { user: unmarked(userId ?? ''), exam: (contentId ?? '').replace('block-', '') };
}

/** The namespace is always the same; another one shows as a difference. */
function credit({ body }: LogEntry): Body {
  const { status, namespace } = body as Body;
  return { status, ...(namespace === 'proctored_exam' ? {} : { namespace }) };
}

/** Who gets it and whence are the same in every recorded mail; anything else shows as a difference. */
function mailView(entry: LogEntry, { unmarked }: RecordedNames): GoldenEffect {
  const { subject } = entry.body as Body;
  const to = recipientsOf(entry).map(unmarked);
  const usual = to.length === 1 && to[0] === 'u1@example.org';
  return { do: 'email', status: String(subject).replace('Proctoring attempt ', ''), ...(usual ? {} : { to }) };
}

function recipientsOf({ body }: LogEntry): string[] {
  return ((body as Body)['to'] as string[] | undefined) ?? [];
}

/** The learner's name and address are the same in every recorded registration. */
function registrationView({ service, examId, body }: LogEntry, { unmarked, examLabel }: RecordedNames): GoldenEffect {
  const { time_limit_mins, is_sample_attempt, full_name, email } = body as Body;
  const usual = full_name === 'Learner u1' && unmarked(String(email)) === 'u1@example.org';
  return {
    ...{ do: 'backend.register', backend: backendOf(service.replace('provider:', '')) },
    ...{ exam: examLabel(Number(examId)), time_limit_mins, is_sample_attempt },
    ...(usual ? {} : { full_name, email }),
  };
}

function atProvider({ service, externalId }: LogEntry, { unmarked }: RecordedNames): Body {
  return { backend: backendOf(service.replace('provider:', '')), external_id: unmarked(externalId ?? '') };
}
