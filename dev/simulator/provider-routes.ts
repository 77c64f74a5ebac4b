import { randomUUID } from 'node:crypto';
import type { ConfiguredAnswers } from './answers';
import { isGivenBy, newExternalId, type ProviderAttempt, type ProviderState } from './provider-state';
import type { RoutedAnswer } from './routed-answer';
import { type RoutedRequest, member, missing, problem, type Route } from './routing';

const EFFECTS: Record<string, string> = {
  started: 'provider.start',
  submitted: 'provider.stop',
  error: 'provider.error',
};

function register(request: RoutedRequest, answers: ConfiguredAnswers, providers: ProviderState): RoutedAnswer {
  const [provider = '', examId = ''] = request.params;
  const incomplete = missing(request, [
    'user_id',
    'full_name',
    'email',
    'time_limit_mins',
    'is_sample_attempt',
    'status',
  ]);
  if (incomplete) return incomplete;
  const [userId, courseId, email] = ['user_id', 'course_id', 'email'].map((name) => member(request.body, name));
  const answer = answers.registration(provider, { userId, courseId, email });
  if (answer.outcome === 'refused') return problem(answer.status ?? 400, 'registration_refused');
  if (answer.outcome !== 'registered') return { status: 200, body: { status: answer.outcome } };
  const externalId = newExternalId(provider);
  const subject = { userId: String(userId), examId, externalId, ...(typeof courseId === 'string' ? { courseId } : {}) };
  providers.save(provider, externalId, { subject, status: 'created' });
  return { status: 200, body: { id: externalId }, effect: 'provider.register', subject };
}

/** Undefined for an id the provider never gave: another provider's, or made up. */
function known(
  provider: string,
  externalId: string,
  { answers, providers }: { answers: ConfiguredAnswers; providers: ProviderState },
): ProviderAttempt | undefined {
  const before: ProviderAttempt = { subject: { externalId }, status: 'created' };
  const isOld = isGivenBy(provider, externalId) || answers.isRegistered({ provider, externalId });
  return providers.attempt(provider, externalId) ?? (isOld ? before : undefined);
}

function report(request: RoutedRequest, answers: ConfiguredAnswers, providers: ProviderState): RoutedAnswer {
  const [provider = '', examId = '', externalId = ''] = request.params;
  const status = member(request.body, 'status');
  const effect = typeof status === 'string' ? EFFECTS[status] : undefined;
  if (effect === undefined) return problem(400, 'unknown_status');
  const attempt = known(provider, externalId, { answers, providers });
  if (!attempt || attempt.status === 'deleted') return problem(404, 'attempt_not_found');
  providers.save(provider, externalId, { ...attempt, status: status as 'started' | 'submitted' | 'error' });
  return { status: 200, body: { id: externalId, status }, effect, subject: { examId, ...attempt.subject } };
}

function remove(request: RoutedRequest, answers: ConfiguredAnswers, providers: ProviderState): RoutedAnswer {
  const [provider = '', examId = '', externalId = ''] = request.params;
  const attempt = known(provider, externalId, { answers, providers });
  const answer = answers.removal(provider, { externalId, courseId: attempt?.subject.courseId });
  if (answer === 'refused') return problem(403, 'removal_refused');
  if (answer === 'kept') return { status: 200, body: { status: 'kept' } };
  if (answer === 'not-found' || !attempt || attempt.status === 'deleted') return problem(404, 'attempt_not_found');
  providers.save(provider, externalId, { ...attempt, status: 'deleted' });
  return {
    status: 200,
    body: { status: 'deleted' },
    effect: 'provider.remove',
    subject: { examId, ...attempt.subject },
  };
}

function showAttempt(request: RoutedRequest, answers: ConfiguredAnswers, providers: ProviderState): RoutedAnswer {
  const [provider = '', , externalId = ''] = request.params;
  const status = known(provider, externalId, { answers, providers })?.status ?? 'deleted';
  const body = {
    id: externalId,
    status,
    download_url: `https://proctoring.example.org/download/${externalId}`,
    instructions: ['Follow the link.'],
  };
  return status === 'deleted' ? problem(404, 'attempt_not_found') : { status: 200, body };
}

const config = (): RoutedAnswer => ({
  status: 200,
  body: {
    name: 'Simulated proctoring',
    rules: { allow_multiple_monitors: 'Allow more than one monitor' },
    download_url: 'https://proctoring.example.org/download',
  },
});

const saveExam = (request: RoutedRequest): RoutedAnswer => {
  const id = request.params[1] ?? randomUUID();
  return { status: 200, body: { id }, effect: 'provider.exam', subject: { examId: id } };
};

const deleteUser = (request: RoutedRequest): RoutedAnswer => ({
  status: 200,
  body: true,
  effect: 'provider.deleteUser',
  subject: { ...(request.params[1] && { userId: request.params[1] }) },
});

const inExam = ([, examId]: string[]): { examId?: string } => ({ ...(examId && { examId }) });
const inAttempt = ([, examId, externalId]: string[]): { examId?: string; externalId?: string } => ({
  ...(examId && { examId }),
  ...(externalId && { externalId }),
});

const ATTEMPTS = /^\/providers\/([^/]+)\/api\/v1\/exam\/([^/]+)\/attempt\/$/;
const ATTEMPT = /^\/providers\/([^/]+)\/api\/v1\/exam\/([^/]+)\/attempt\/([^/]+)\/$/;

/** The provider's half of edX's REST protocol (edx-proctoring docs/backends.rst). */
export const PROVIDER_ROUTES: Route[] = [
  { service: 'provider', method: 'GET', path: /^\/providers\/([^/]+)\/api\/v1\/config\/$/, handle: config },
  {
    service: 'provider',
    method: 'DELETE',
    path: /^\/providers\/([^/]+)\/api\/v1\/user\/([^/]+)\/$/,
    handle: deleteUser,
  },
  { service: 'provider', method: 'POST', path: /^\/providers\/([^/]+)\/api\/v1\/exam\/$/, handle: saveExam },
  {
    service: 'provider',
    method: 'POST',
    path: /^\/providers\/([^/]+)\/api\/v1\/exam\/([^/]+)\/$/,
    subject: inExam,
    handle: saveExam,
  },
  { service: 'provider', method: 'POST', path: ATTEMPTS, subject: inExam, handle: register },
  { service: 'provider', method: 'GET', path: ATTEMPT, subject: inAttempt, handle: showAttempt },
  { service: 'provider', method: 'PATCH', path: ATTEMPT, subject: inAttempt, handle: report },
  { service: 'provider', method: 'DELETE', path: ATTEMPT, subject: inAttempt, handle: remove },
];
