import { call, REF, startPlatform, type PlatformFixture } from '../platform-fixture';

let fixture: PlatformFixture;
beforeAll(async () => {
  fixture = await startPlatform();
});
afterAll(() => fixture.end());

const applied = (service: string) => fixture.simulator.journal.appliedEffects({ service }).at(-1);

it('sets and removes the credit requirement of an exam under its key', async () => {
  const set = call();
  await fixture.platform.credit?.setStatus({ ...REF, status: 'submitted' }, set);
  expect(applied('credit')).toMatchObject({
    effect: 'credit.set',
    idempotencyKey: set.key,
    ...REF,
    body: { ...REF, namespace: 'proctored_exam', status: 'submitted' },
  });
  await fixture.platform.credit?.removeStatus(REF, call());
  expect(applied('credit')).toMatchObject({ effect: 'credit.remove', ...REF });
});

it('reads the course name from the credit state, and null where the service knows none', async () => {
  const { answers } = fixture.simulator;
  answers.setCourseName({ courseId: 'c1', name: 'Oracle Course' });
  answers.setCourseName({ courseId: 'c2', name: null });
  answers.setCourseName({ courseId: 'c1', userId: 'stranger', name: null, unknownLearner: true });
  const nameOf = (courseId: string, userId: string) =>
    fixture.platform.credit?.courseName({ courseId, userId }, call());
  expect(await nameOf('c1', 'u1')).toBe('Oracle Course');
  expect(await nameOf('c2', 'u1')).toBeNull();
  expect(await nameOf('c1', 'stranger')).toBeNull();
});

it('overrides a grade with the person responsible, and undoes it', async () => {
  const override = { earnedAll: 0, earnedGraded: 0, comment: 'Failed proctoring', overrider: 'staff' };
  await fixture.platform.grades?.override({ ...REF, ...override }, call());
  expect(applied('grades')).toMatchObject({ effect: 'grades.override', body: { ...REF, ...override } });
  await fixture.platform.grades?.undoOverride(REF, call());
  expect(applied('grades')).toMatchObject({ effect: 'grades.undoOverride', ...REF });
});

it('reads the switch that decides whether a rejection overrides the grade', async () => {
  fixture.simulator.answers.setOverride({ courseId: 'off', enabled: false });
  expect(await fixture.platform.grades?.overrideOnRejection({ courseId: 'off' }, call())).toBe(false);
  expect(await fixture.platform.grades?.overrideOnRejection({ courseId: 'other' }, call())).toBe(true);
});

it('invalidates a certificate by username and course', async () => {
  await fixture.platform.certificates?.invalidate({ username: 'ann/e', courseId: REF.courseId }, call());
  expect(applied('certificates')).toMatchObject({
    effect: 'certificates.invalidate',
    userId: 'ann/e',
    courseId: REF.courseId,
  });
});

it('resets and completes a learner on an exam', async () => {
  await fixture.platform.instructor?.reset({ ...REF, requestingUser: 'staff' }, call());
  expect(applied('instructor')).toMatchObject({
    effect: 'instructor.reset',
    body: { ...REF, requestingUser: 'staff' },
  });
  await fixture.platform.instructor?.complete(REF, call());
  expect(applied('instructor')).toMatchObject({ effect: 'instructor.complete', body: REF });
});

it('knows which courses exist', async () => {
  fixture.simulator.answers.setCourse({ courseId: 'gone', known: false });
  expect(await fixture.platform.courses?.exists(REF.courseId, call())).toBe(true);
  expect(await fixture.platform.courses?.exists('gone', call())).toBe(false);
});

it('has null for every service that is not configured', async () => {
  const bare = await startPlatform({
    CREDIT_URL: '',
    GRADES_URL: '',
    CERTIFICATES_URL: '',
    INSTRUCTOR_URL: '',
    COURSES_URL: '',
    SMTP_URL: '',
  });
  const { credit, grades, certificates, instructor, courses, mail } = bare.platform;
  expect({ credit, grades, certificates, instructor, courses, mail }).toEqual({
    credit: null,
    grades: null,
    certificates: null,
    instructor: null,
    courses: null,
    mail: null,
  });
  expect(bare.platform.provider('local')).toBeNull();
  expect(bare.platform.provider('unheard-of')).toBeNull();
  await bare.end();
});
