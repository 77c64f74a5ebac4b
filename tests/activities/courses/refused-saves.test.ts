import { randomUUID } from 'node:crypto';
import { publishActivities } from '../../../activities/courses/activities';
import { enqueueExamSave } from '../../../db/courses/exam-saves';
import { anExam } from '../../support/attempt-builders';
import { asActivity, AttemptFixture, FIXTURE_PROVIDER } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
afterEach(() => fixture.simulator.faults.clear());
afterAll(() => fixture.stop());

it('A save that its provider refuses is a failed activity, and which and why is kept, whoever gives it up later', async () => {
  const courseId = `course-${randomUUID()}`;
  const { id: examId } = await anExam(fixture.knex, { courseId, provider: FIXTURE_PROVIDER });
  const save = { examId, commandId: 'k:1' };
  await enqueueExamSave(fixture.knex, { ...save, courseId, provider: FIXTURE_PROVIDER, isActive: true });
  fixture.simulator.faults.set(`provider:${FIXTURE_PROVIDER}`, { refuse: 422 });
  const activities = publishActivities(fixture.dependencies);
  const why = `provider:${FIXTURE_PROVIDER} answered 422`;
  await expect(asActivity(() => activities.saveExam(save))).rejects.toMatchObject({
    type: 'SaveFailed',
    nonRetryable: true,
    message: `exam ${examId} failed: ${why}`,
  });
  const failed = { due: [], failed: 1, reasons: [`exam ${examId} at ${FIXTURE_PROVIDER}: ${why}`] };
  expect(await activities.loadSaves({ courseId })).toEqual(failed);
  await activities.giveUpSave(save);
  expect(await activities.loadSaves({ courseId })).toEqual(failed);
});
