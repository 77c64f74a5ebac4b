import { ApiError } from '../../../contracts/api-error';
import { coursePublishWorkflowId } from '../../../contracts/courses/messages';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';

const COURSE = 'course-v1:Org+Publish';
const url = `/v1/courses/${encodeURIComponent(COURSE)}/special-exams`;
const exam = { contentId: 'block@e1', examName: 'Exam e1', timeLimitMins: 60, isProctored: true };
const body = { enableProctoredExams: true, enableTimedExams: true, proctoringProvider: 'psi', exams: [exam] };
const answer = {
  courseId: COURSE,
  created: 1,
  updated: 0,
  deactivated: 0,
  unchanged: 0,
  policies: { created: 1, updated: 0, removed: 0 },
};

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
});

afterAll(() => api.stop());

beforeEach(() => {
  api.gateway.publishes.length = 0;
  api.gateway.answerToPublish = () => answer;
});

test('A publish reaches the workflow of the course with every member given, and its answer is passed on as it is.', async () => {
  const dueDate = '2026-12-01T00:00:00+01:00';
  const sent = { ...body, exams: [{ ...exam, dueDate, reviewRules: 'Closed book', editedBy: 'staff-7' }] };
  expect(await api.call(OPERATOR, 'PUT', url, sent)).toMatchObject({ status: 200, body: answer });
  expect(api.gateway.publishes).toEqual([
    {
      courseId: COURSE,
      input: {
        commandId: expect.stringMatching(/^r:/),
        featureEnabled: true,
        proctoringProvider: 'psi',
        enableProctoredExams: true,
        enableTimedExams: true,
        exams: [
          {
            ...exam,
            isPracticeExam: false,
            isOnboardingExam: false,
            hideAfterDue: false,
            reviewRules: 'Closed book',
            dueDate: '2026-11-30T23:00:00.000Z',
            editedBy: 'staff-7',
          },
        ],
      },
    },
  ]);
  expect(coursePublishWorkflowId(COURSE)).toBe('course-publish:course-v1%3AOrg%2BPublish');
});

test('The same Idempotency-Key publishes once and gets the same answer.', async () => {
  const first = await api.call(OPERATOR, 'PUT', url, body, 'publish-1');
  const second = await api.call(OPERATOR, 'PUT', url, body, 'publish-1');
  expect([first.status, second.status, second.body]).toEqual([200, 200, first.body]);
  expect(api.gateway.publishes).toHaveLength(1);
});

test.each([
  ['an unknown member', { ...body, surprise: 1 }],
  ['an unknown member of an exam', { ...body, exams: [{ ...exam, isActive: false }] }],
  ['no switches', { exams: [] }],
  ['an exam without a name', { ...body, exams: [{ contentId: 'block@e1', timeLimitMins: 60 }] }],
  ['a number as text', { ...body, exams: [{ ...exam, timeLimitMins: '60' }] }],
  ['a due date that is none', { ...body, exams: [{ ...exam, dueDate: 'tomorrow' }] }],
])('A publish with %s is refused and goes nowhere.', async (_what, sent) => {
  expect(await api.call(OPERATOR, 'PUT', url, sent)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  expect(api.gateway.publishes).toEqual([]);
});

test('Refusals of the workflow are answered with their codes.', async () => {
  for (const [code, status] of [
    ['course-not-found', 404],
    ['unknown-provider', 400],
    ['courses-unavailable', 503],
  ] as const) {
    api.gateway.answerToPublish = () => {
      throw new ApiError(code);
    };
    expect(await api.call(OPERATOR, 'PUT', url, body)).toMatchObject({ status, body: { code } });
  }
});

test('An answer that says why nothing happened keeps the reason.', async () => {
  const none = { ...answer, created: 0, policies: { created: 0, updated: 0, removed: 0 } };
  api.gateway.answerToPublish = () => ({ ...none, skipped: 'course-exams-off' });
  const { body: notPublished } = await api.call(OPERATOR, 'PUT', url, { ...body, enableProctoredExams: false });
  expect(notPublished).toEqual({ ...none, skipped: 'course-exams-off' });
});

test('It takes the scope exams:write, and a course within the token’s limits.', async () => {
  const reader = { sub: 'reader', scope: 'exams:read' };
  const elsewhere = { sub: 'author', scope: 'exams:write', courses: ['course-v1:Org+Other'] };
  expect(await api.call(reader, 'PUT', url, body)).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
  expect(await api.call(elsewhere, 'PUT', url, body)).toMatchObject({
    status: 404,
    body: { code: 'course-not-found' },
  });
  expect(api.gateway.publishes).toEqual([]);
});

test('With the installation’s switch off the workflow gets that setting.', async () => {
  const off = await ApiFixture.start({ ENABLE_SPECIAL_EXAMS: '0' });
  try {
    await off.call(OPERATOR, 'PUT', url, body);
    expect(off.gateway.publishes[0]?.input.featureEnabled).toBe(false);
  } finally {
    await off.stop();
  }
});
