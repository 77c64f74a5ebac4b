import type { ProctoringClient } from '../../../../clients/platform/services';
import { obscuredUserId } from '../../../../clients/proctoring/edx-rest';
import { isGivenBy, newExternalId } from '../../../../dev/simulator/provider-state';
import { call, failure, OBFUSCATION_KEY, REF, startPlatform, type PlatformFixture } from '../platform-fixture';

const REGISTRATION = {
  examId: 7,
  attemptCode: 'A-CODE',
  userId: 'u1',
  examName: 'Exam e1',
  courseId: REF.courseId,
  timeLimitMins: 90,
  isSampleAttempt: false,
  fullName: 'Ann Example',
  email: 'ann@example.org',
  reviewPolicy: null,
  reviewPolicyException: null,
};

let fixture: PlatformFixture;
let provider: ProctoringClient;
beforeEach(async () => {
  fixture = await startPlatform();
  const client = fixture.platform.provider('proctor');
  if (!client) throw new Error('the provider is configured');
  provider = client;
});
afterEach(() => fixture.end());

const effects = () => fixture.simulator.journal.appliedEffects({ service: 'provider:proctor' });
const outcome = (answer: string, status?: number) =>
  fixture.simulator.answers.setRegistration({
    provider: 'proctor',
    courseId: REF.courseId,
    outcome: answer,
    ...(status && { status }),
  });

it('registers an attempt under an obscured user id and gets its external id', async () => {
  const registered = await provider.register(REGISTRATION, call());
  const [effect] = effects();
  expect(registered).toEqual({ outcome: 'registered', externalId: effect?.externalId });
  expect(effect).toMatchObject({
    effect: 'provider.register',
    examId: '7',
    courseId: REF.courseId,
    userId: obscuredUserId('u1', 'proctor', OBFUSCATION_KEY),
  });
  expect(effect?.userId).toMatch(/^[0-9a-f]{40}$/);
});

it('gets the same external id when the registration is repeated under its key', async () => {
  fixture.simulator.faults.set('provider', { dropAnswer: true, remaining: 1 });
  const made = call();
  await failure(provider.register(REGISTRATION, made));
  const registered = await provider.register(REGISTRATION, made);
  expect(effects()).toHaveLength(1);
  expect(registered).toEqual({ outcome: 'registered', externalId: effects()[0]?.externalId });
});

it('passes on the provider’s onboarding refusals', async () => {
  outcome('onboarding_pending');
  expect(await provider.register(REGISTRATION, call())).toEqual({
    outcome: 'onboarding',
    status: 'onboarding_pending',
  });
});

it('takes a 4xx to a registration as the provider’s answer, and a 5xx as a failure', async () => {
  outcome('refused', 422);
  expect(await provider.register(REGISTRATION, call())).toEqual({
    outcome: 'refused',
    detail: 'provider:proctor answered 422',
  });
  fixture.simulator.faults.set('provider:proctor', { status: 502 });
  expect(await failure(provider.register(REGISTRATION, call()))).toMatchObject({ kind: 'retryable', status: 502 });
});

it('reports start, end and error of an attempt', async () => {
  const ref = { examId: 7, externalId: 'ext 1' };
  fixture.simulator.answers.addRegistered({ provider: 'proctor', externalId: 'ext 1' });
  await provider.start(ref, call());
  await provider.stop(ref, call());
  await provider.error(ref, call());
  expect(effects().map(({ effect, externalId }) => [effect, externalId])).toEqual([
    ['provider.start', 'ext 1'],
    ['provider.stop', 'ext 1'],
    ['provider.error', 'ext 1'],
  ]);
});

it('is refused with 404 by a provider that never registered the attempt', async () => {
  const ref = { examId: 7, externalId: 'another provider’s' };
  for (const report of ['start', 'stop', 'error'] as const) {
    expect(await failure(provider[report](ref, call()))).toMatchObject({ kind: 'refused', status: 404 });
  }
  expect(effects()).toEqual([]);
});

it('is known to the provider that registered it after the simulator’s restart, and to no other', () => {
  const externalId = newExternalId('proctor');
  expect([isGivenBy('proctor', externalId), isGivenBy('another', externalId)]).toEqual([true, false]);
});

it('makes no call for an attempt the provider never had', async () => {
  await provider.start({ examId: 7, externalId: null }, call());
  expect(await provider.remove({ examId: 7, externalId: null }, call())).toBe(true);
  expect(fixture.simulator.journal.log()).toHaveLength(0);
});

it('removes an attempt, taking 404 as gone and any other status as kept', async () => {
  const ref = { examId: 7, externalId: 'ext-1' };
  fixture.simulator.answers.addRegistered({ provider: 'proctor', externalId: 'ext-1' });
  expect(await provider.remove(ref, call())).toBe(true);
  expect(await provider.remove(ref, call())).toBe(true);
  expect(fixture.simulator.journal.log({ service: 'provider:proctor' }).map((entry) => entry.status)).toEqual([
    200, 404,
  ]);
  fixture.simulator.answers.setRemoval({ provider: 'proctor', answer: 'kept' });
  expect(await provider.remove(ref, call())).toBe(false);
  fixture.simulator.answers.setRemoval({ provider: 'proctor', answer: 'refused' });
  expect(await failure(provider.remove(ref, call()))).toMatchObject({ kind: 'refused', status: 403 });
});

const EXAM = {
  id: 7,
  courseId: REF.courseId,
  contentId: REF.contentId,
  examName: 'Exam e1',
  timeLimitMins: 90,
  dueDate: new Date('2026-03-09T09:00:00Z'),
  isProctored: true,
  isPracticeExam: false,
  isActive: true,
  hideAfterDue: false,
  ruleSummary: 'Closed book',
};

it('saves an exam under our id, with its rules where it has any', async () => {
  await provider.saveExam(EXAM, call());
  await provider.saveExam({ ...EXAM, dueDate: null, isProctored: false, isActive: false, ruleSummary: null }, call());
  expect(effects().map(({ effect, examId }) => [effect, examId])).toEqual([
    ['provider.exam', '7'],
    ['provider.exam', '7'],
  ]);
  expect(effects()[0]?.body).toMatchObject({ due_date: '2026-03-09T09:00:00.000Z', rule_summary: 'Closed book' });
  expect(effects()[1]?.body).toMatchObject({ id: 7, due_date: null, is_active: false, is_proctored: false });
  expect(effects()[1]?.body).not.toHaveProperty('rule_summary');
});

it('asks a provider what it is and which rules it knows', async () => {
  expect(await provider.config(call())).toEqual({
    name: 'Simulated proctoring',
    rules: ['allow_multiple_monitors'],
    downloadUrl: 'https://proctoring.example.org/download',
  });
});

it('has a learner deleted under the id the provider knows', async () => {
  await provider.deleteUser('u1', call());
  expect(effects()).toMatchObject([
    { effect: 'provider.deleteUser', userId: obscuredUserId('u1', 'proctor', OBFUSCATION_KEY) },
  ]);
});

it('counts a learner the provider does not know as deleted, and fails when it refuses', async () => {
  fixture.simulator.faults.set('provider:proctor', { status: 404 });
  await expect(provider.deleteUser('u1', call())).resolves.toBeUndefined();
  fixture.simulator.faults.set('provider:proctor', { status: 403 });
  expect((await failure(provider.deleteUser('u1', call()))).kind).toBe('refused');
});
