import { publicationProblem } from '../../../../domain/courses/publication-shape';

const EXAM = {
  contentId: 'c',
  examName: 'Final',
  timeLimitMins: 60,
  dueDate: null,
  isProctored: true,
  isPracticeExam: false,
  isOnboardingExam: false,
  hideAfterDue: false,
  reviewRules: null,
  editedBy: null,
};

describe('The shape of a publish', () => {
  it('is fine with every member given, and without exams', () => {
    const dated = { ...EXAM, dueDate: '2026-03-01T10:00:00Z', reviewRules: 'closed book', editedBy: 'u' };
    expect(publicationProblem({ commandId: 'c', exams: [EXAM, dated] })).toBeNull();
    expect(publicationProblem({ commandId: 'c', exams: [] })).toBeNull();
  });

  it.each([
    undefined,
    null,
    'junk',
    {},
    { commandId: 5, exams: [] },
    { commandId: 'c' },
    { commandId: 'c', exams: {} },
  ])('is none: %j', (publication) => {
    expect(publicationProblem(publication)).toBe('A publish needs an object with commandId and exams.');
  });

  it.each([
    ...[null, 5, 'text', {}, { ...EXAM, timeLimitMins: '60' }, { ...EXAM, timeLimitMins: 1e12 }],
    ...[
      { ...EXAM, dueDate: 'soon' },
      { ...EXAM, contentId: 'a\u0000b' },
      { ...EXAM, isProctored: 'true' },
    ],
  ])('has a second exam that is none: %j', (exam) => {
    expect(publicationProblem({ commandId: 'c', exams: [EXAM, exam] })).toMatch(/^Exam 2 of the publish needs another/);
  });
});
