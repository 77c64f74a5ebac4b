import type { LogEntry } from '../../dev/simulator/journal';
import type { GoldenEffect } from '../golden/cases';
import { GOLDEN_COURSE } from '../golden/rows';
import { backendOf } from '../support/recorded-providers';

/** How the recordings call what a request is about. */
export interface RecordedNames {
  /** Part of every id of the case. */
  token: string;
  courseId: string;
  unmarked: (id: string) => string;
  /** Undefined for exams that are none of the case's. */
  examLabel: (id: number) => string | undefined;
}

type Body = Record<string, unknown>;
type View = (entry: LogEntry, names: RecordedNames) => GoldenEffect | undefined;

const REPORTS: Record<string, string> = { started: 'backend.start', submitted: 'backend.stop', error: 'backend.error' };

/** A request in the recordings' words, with all that it said; undefined for those that are not recorded. */
export function fullView(entry: LogEntry, names: RecordedNames): GoldenEffect | undefined {
  return VIEWS[viewOf(entry)]?.(entry, names);
}

function viewOf({ service, method, path }: LogEntry): string {
  if (service.startsWith('provider:')) {
    return method === 'POST' && !path.endsWith('/attempt/') ? 'provider exam' : `provider ${method}`;
  }
  return service === 'instructor' ? `instructor ${path.split('/').at(-1) ?? ''}` : `${service} ${method}`;
}

const VIEWS: Record<string, View> = {
  'credit PUT': (entry, names) => {
    const { status, namespace } = entry.body as Body;
    return { do: 'credit.set', ...userAndExam(entry, names), status, namespace };
  },
  'credit DELETE': (entry, names) => {
    const { namespace }: Body = { ...entry.query, ...(entry.body as Body | null) };
    return { do: 'credit.remove', ...userAndExam(entry, names), namespace };
  },
  'grades PUT': (entry, names) => {
    const { earnedAll, earnedGraded, comment, overrider } = entry.body as Body;
    const grade = { earned_all: earnedAll, earned_graded: earnedGraded, comment };
    return { do: 'grades.override', ...userAndExam(entry, names), ...grade, ...(overrider ? { overrider } : {}) };
  },
  'grades DELETE': (entry, names) => ({ do: 'grades.undo_override', ...userAndExam(entry, names) }),
  'certificates PUT': (entry, names) => ({ do: 'certificates.invalidate', user: names.unmarked(entry.userId ?? '') }),
  'instructor reset': (entry, names) => {
    const { requestingUser: by } = entry.body as { requestingUser?: string };
    const requester = by === undefined ? {} : { requesting_user: names.unmarked(by) };
    return { do: 'instructor.delete_student_attempt', ...userAndExam(entry, names), ...requester };
  },
  'instructor complete': (entry, names) => ({
    do: 'instructor.complete_student_attempt',
    ...userAndExam(entry, names),
  }),
  'instructor notification': ({ userId, body }, names) => {
    const { examName: exam_name, reviewStatus: review_status, reviewUrl } = body as Body;
    const review_url = recordedPage(String(reviewUrl), names);
    const user = names.unmarked(userId ?? '');
    return { do: 'instructor.send_support_notification', user, exam_name, review_status, review_url };
  },
  'mail DATA': (entry, { unmarked }) => {
    const { subject, headers } = entry.body as Body & { headers?: Record<string, string> };
    const to = recipientsOf(entry).map(unmarked);
    return { do: 'email', to, subject, from_email: headers?.['from'] };
  },
  'provider PATCH': (entry, names) => {
    const status = String((entry.body as Body)['status']);
    return { do: REPORTS[status] ?? `backend.${status}`, ...atProvider(entry, names) };
  },
  'provider DELETE': (entry, names) => ({ do: 'backend.remove', ...atProvider(entry, names) }),
  'provider exam': ({ service, examId, body }, { examLabel }) => {
    const { is_active, is_proctored, rule_summary } = body as Body;
    const rules = rule_summary === undefined ? {} : { rule_summary };
    return {
      do: 'backend.exam_saved',
      backend: at(service),
      exam: labelOf(examId, examLabel),
      is_active,
      is_proctored,
      ...rules,
    };
  },
  'provider POST': registrationView,
};

/** All addresses of a mail. */
export function recipientsOf({ body }: LogEntry): string[] {
  return ((body as Body)['to'] as string[] | undefined) ?? [];
}

function userAndExam({ userId, contentId }: LogEntry, { unmarked }: RecordedNames): { user: string; exam: string } {
  return { user: unmarked(userId ?? ''), exam: (contentId ?? '').replace('block-', '') };
}

/** The address with the recorded names in its course, exam and attempt; one of another form stays as it is. */
function recordedPage(url: string, { courseId, unmarked, examLabel }: RecordedNames): string {
  const [, base, course, examId, attempt] = /^(.*\/)([^/]*)\/(\d+)\?attempt=(.*)$/.exec(url) ?? [];
  if (base === undefined || course !== courseId || attempt === undefined) return url;
  return `${base}${GOLDEN_COURSE}/<${labelOf(examId, examLabel)}>?attempt=${unmarked(attempt)}`;
}

function registrationView({ service, examId, body }: LogEntry, { unmarked, examLabel }: RecordedNames): GoldenEffect {
  const { time_limit_mins, is_sample_attempt, full_name, email, review_policy, review_policy_exception } = body as Body;
  return {
    do: 'backend.register',
    backend: at(service),
    exam: labelOf(examId, examLabel),
    time_limit_mins,
    is_sample_attempt,
    full_name,
    email: unmarked(String(email)),
    ...(review_policy == null ? {} : { review_policy }),
    ...(review_policy_exception == null ? {} : { review_policy_exception }),
  };
}

function atProvider({ service, externalId }: LogEntry, { unmarked }: RecordedNames): Body {
  return { backend: at(service), external_id: unmarked(externalId ?? '') };
}

function at(service: string): string {
  return backendOf(service.replace('provider:', ''));
}

function labelOf(examId: string | undefined, examLabel: RecordedNames['examLabel']): string {
  return examLabel(Number(examId)) ?? `unknown exam ${examId}`;
}
