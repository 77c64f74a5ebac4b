import { type ExistingExam, saveOf, type PublishedExam } from '../../../../domain/courses/exam-steps';
import { countsOf, type PublishContext, planPublish } from '../../../../domain/courses/publish-plan';

const sent: PublishedExam = {
  contentId: 'e1',
  examName: 'Exam e1',
  timeLimitMins: 60,
  dueDate: new Date('2026-03-09T09:00:00Z'),
  isProctored: true,
  isPracticeExam: false,
  isOnboardingExam: false,
  hideAfterDue: false,
  reviewRules: null,
  editedBy: null,
};
const stored: ExistingExam = {
  id: 1,
  contentId: 'e1',
  examName: 'Exam e1',
  timeLimitMins: 60,
  dueDate: new Date('2026-03-09T09:00:00Z'),
  isProctored: true,
  isPracticeExam: false,
  isOnboardingExam: false,
  hideAfterDue: false,
  isActive: true,
  provider: 'rest',
  policy: null,
};

function planOf(given: Partial<PublishContext>): ReturnType<typeof planPublish> {
  return planPublish({
    featureEnabled: true,
    courseKnown: true,
    enableProctoredExams: true,
    enableTimedExams: true,
    provider: null,
    defaultProvider: 'psi',
    knownProviders: new Set(['psi', 'rest']),
    stored: [],
    sent: [],
    ...given,
  });
}

describe('The plan of a publish', () => {
  it('leaves an exam alone that is sent as it is stored, but saves it at the provider again', () => {
    const plan = planOf({ stored: [stored], sent: [sent] });
    expect(plan).toMatchObject({ kind: 'planned', steps: [{ do: 'unchanged', examId: 1, policy: null }] });
    expect(plan).toMatchObject({ steps: [{ save: { provider: 'rest', isActive: true } }] });
  });

  it('saves nothing at a provider where there is none', () => {
    expect(planOf({ defaultProvider: null, sent: [sent] })).toMatchObject({ steps: [{ do: 'create', save: null }] });
  });

  it('refuses content that is sent twice, with nothing planned', () => {
    expect(planOf({ sent: [sent, { ...sent, examName: 'Second' }] })).toMatchObject({
      kind: 'refused',
      code: 'bad-request',
    });
  });

  it('switches an exam off although its provider is no longer configured', () => {
    const plan = planOf({ stored: [{ ...stored, provider: 'gone' }] });
    expect(plan).toMatchObject({ kind: 'planned', steps: [{ do: 'deactivate', save: { provider: 'gone' } }] });
  });

  it('is not asked whether the course exists when special exams are off', () => {
    expect(planOf({ featureEnabled: false, courseKnown: false })).toEqual({
      kind: 'skipped',
      reason: 'special-exams-off',
    });
    expect(planOf({ courseKnown: false, enableProctoredExams: false, enableTimedExams: false })).toMatchObject({
      code: 'course-not-found',
    });
  });

  it('counts exams and policies by what becomes of them', () => {
    const plan = planOf({ stored: [stored], sent: [{ ...sent, contentId: 'e2', reviewRules: 'Closed book' }] });
    expect(plan.kind === 'planned' && countsOf(plan.steps)).toEqual({
      created: 1,
      updated: 0,
      deactivated: 1,
      unchanged: 0,
      policies: { created: 1, updated: 0, removed: 0 },
    });
  });
});

describe('What is sent to a provider when an exam is saved', () => {
  it('is that it was switched off, while it stays a proctored one', () => {
    expect(saveOf({ ...stored, isActive: false }, stored)).toEqual({ provider: 'rest', isActive: false });
  });

  it('is once that it is a timed one now, and then nothing', () => {
    const timed = { ...stored, isProctored: false };
    expect(saveOf(timed, stored)).toEqual({ provider: 'rest', isActive: false });
    expect(saveOf(timed, timed)).toBeNull();
  });
});
