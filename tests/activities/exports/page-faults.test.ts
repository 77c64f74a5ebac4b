import { exportTarget } from '../../../dev/export-command';
import { ExportActivitiesFixture } from '../../support/export-activities-fixture';
import { RUN_ID } from '../../support/export-builders';
import { played } from '../../support/export-runner';

let fixture: ExportActivitiesFixture;

beforeAll(async () => {
  fixture = await ExportActivitiesFixture.start();
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.quiet());

function says(what: 'grade' | 'course', body: unknown, status = 200, username?: string): void {
  const who = username === undefined ? {} : { username };
  fixture.simulator.answers.learners.set({ what, courseId: RUN_ID, status, body, ...who });
}

describe('A service that fails', () => {
  it.each([
    ['answers 503', { status: 503 }, 'grades-unavailable'],
    ['answers with a page of HTML', { html: true }, 'grades-unavailable'],
    ['answers 403', { refuse: 403 }, 'grades-refused'],
  ] as const)('and %s costs its records, not the run', async (_what, fault, reason) => {
    const channel = await fixture.aCustomer('XAPI', 5);
    fixture.simulator.faults.set('grades', fault);
    const { end } = await played(fixture.activities, exportTarget(channel));
    expect(end).toMatchObject({
      status: 'completed-with-errors',
      totals: { selected: 5, failed: 5, reasons: { [reason]: 5 } },
    });
  });

  it('for a moment only costs nothing', async () => {
    const channel = await fixture.aCustomer('XAPI', 5);
    fixture.simulator.faults.set('grades', { status: 503, remaining: 3 });
    expect((await played(fixture.activities, exportTarget(channel))).end).toMatchObject({
      status: 'completed',
      totals: { sent: 5 },
    });
  });

  it('with an answer that makes no sense: that record is quarantined', async () => {
    const channel = await fixture.aCustomer('XAPI', 3);
    says('grade', { passed: true }, 200, `${channel.customerId}-name-2`);
    const { end } = await played(fixture.activities, exportTarget(channel));
    expect(end.totals).toMatchObject({ sent: 2, quarantined: 1, reasons: { 'malformed-answer': 1 } });
  });

  it('knowing no grade leaves the learner in progress; knowing no course leaves them out', async () => {
    const channel = await fixture.aCustomer('XAPI', 3);
    says('grade', { error_code: 'user_or_course_does_not_exist' }, 404, `${channel.customerId}-name-1`);
    expect((await played(fixture.activities, exportTarget(channel))).end.totals).toMatchObject({
      sent: 2,
      skipped: { 'not-completed': 1 },
    });
    const other = await fixture.aCustomer('XAPI', 3);
    says('course', { error_code: 'course_not_found' }, 404);
    expect((await played(fixture.activities, exportTarget(other))).end.totals).toMatchObject({
      sent: 0,
      skipped: { 'no-course-details': 3 },
    });
  });
});

describe('A channel that fails', () => {
  it('with tokens that are none: nobody counts as sent', async () => {
    const channel = await fixture.aCustomer('SAP', 3);
    fixture.simulator.channels.state('sap').settings.malformedToken = true;
    const { end } = await played(fixture.activities, exportTarget(channel));
    expect(end.totals).toMatchObject({ sent: 0, failed: 3, reasons: { token: 3 } });
  });

  it('for one learner, whom it no longer has: the tie is ended', async () => {
    const channel = await fixture.aCustomer('SAP', 3);
    fixture.simulator.channels.state('sap').settings.gone = ['remote-2'];
    const { end } = await played(fixture.activities, exportTarget(channel));
    expect(end.totals).toMatchObject({ sent: 2, quarantined: 1, reasons: { 'learner-inactive': 1 } });
    const ties = await fixture.knex('customer_learners').where({ customer_id: channel.customerId }).orderBy('user_id');
    expect(ties.map(({ active }: { active: boolean }) => active)).toEqual([true, false, true]);
  });

  it('because its credentials cannot be read: it stops before anything left', async () => {
    const channel = await fixture.aCustomer('XAPI', 3);
    await fixture.knex('channel_configurations').where({ id: channel.id }).update({ credentials: null });
    const { end, page } = await played(fixture.activities, exportTarget(channel));
    expect(page.stop).toBe('channel-misconfigured');
    expect(end).toMatchObject({ status: 'channel-stopped', totals: { selected: 3, failed: 3 } });
  });
});
