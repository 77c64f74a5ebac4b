import fc from 'fast-check';
import { importConsentRows } from '../../../db/exports/import-rows';
import { anExportCommand, exportTarget } from '../../../dev/export-command';
import type { FaultSettings } from '../../../dev/simulator/faults';
import { ExportActivitiesFixture } from '../../support/export-activities-fixture';
import { RUN_ID } from '../../support/export-builders';
import { closedRun, firstPage, opened } from '../../support/export-runner';

let fixture: ExportActivitiesFixture;

beforeAll(async () => {
  fixture = await ExportActivitiesFixture.start({ env: { EXPORT_PATIENCE_MS: '300', SERVICE_TIMEOUT_MS: '500' } });
});
afterAll(() => fixture.stop());

const LEARNERS = 12;

const fault: fc.Arbitrary<FaultSettings | null> = fc.oneof(
  fc.constant(null),
  fc.record({
    errorRate: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    status: fc.constantFrom(500, 503, 429, 403, 400),
  }),
  fc.constant({ html: true, errorRate: 0.5 }),
  fc.constant({ outage: true, remaining: 3 }),
  fc.constant({ dropAnswer: true, remaining: 3 }),
);

const some = fc.uniqueArray(fc.integer({ min: 1, max: LEARNERS }), { maxLength: 4 });

const inputs = fc.record({
  kind: fc.constantFrom('XAPI' as const, 'SAP' as const, 'DEGREED2' as const),
  grades: fault,
  channel: fault,
  unlinked: some,
  denied: some,
  strangers: some,
  poison: some,
  ungraded: some,
  pages: fc.integer({ min: 1, max: 3 }),
  dryRun: fc.boolean(),
  resend: fc.boolean(),
  rest: fc.constantFrom(null, 'cancelled' as const),
});

describe('Every selected enrollment', () => {
  it('ends in exactly one outcome, whatever the data and whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (given) => {
        const channel = await fixture.aCustomer(given.kind, LEARNERS, { inDoubt: given.resend ? 'resend' : 'hold' });
        const { customerId } = channel;
        const user = (n: number): string => `u${n}`;
        const of = { customer_id: customerId };
        await fixture
          .knex('customer_learners')
          .where(of)
          .whereIn('user_id', given.unlinked.map(user))
          .update({ linked: false });
        await fixture
          .knex('customer_learners')
          .where(of)
          .whereIn('user_id', given.strangers.map(user))
          .update({ remote_id: null, email: null });
        const denials = given.denied.map((n) => ({ userId: user(n), courseId: RUN_ID, granted: false }));
        await importConsentRows(fixture.knex, customerId, denials);
        const { simulator } = fixture;
        const { settings } = simulator.channels.state(
          given.kind === 'XAPI' ? 'lrs' : given.kind === 'SAP' ? 'sap' : 'degreed2',
        );
        settings.poison = given.poison.flatMap((n) => [fixture.address(customerId, n), `remote-${n}`]);
        for (const n of given.ungraded) {
          const lookUp = { what: 'grade' as const, courseId: RUN_ID, username: `${customerId}-name-${n}` };
          simulator.answers.learners.set({ ...lookUp, status: 404, body: { error_code: 'none' } });
        }
        if (given.grades) simulator.faults.set('grades', given.grades);
        if (given.channel) simulator.faults.set('channel', given.channel);
        const run = await opened(
          fixture.activities,
          exportTarget(channel, { dryRun: given.dryRun }),
          anExportCommand(),
        );
        const size = Math.ceil(LEARNERS / given.pages);
        let stopReason = (await firstPage(fixture.activities, run, size)).stop;
        if (stopReason === null && given.rest === null)
          stopReason = (await firstPage(fixture.afresh(), run, LEARNERS + 1)).stop;
        simulator.faults.clear();
        const { totals } = await closedRun(
          fixture.activities,
          run,
          stopReason === null ? given.rest : 'channel-stopped',
        );
        settings.poison = [];
        const skipped = Object.values(totals.skipped).reduce((sum, n) => sum + n, 0);
        const sum = totals.sent + totals.unchanged + skipped + totals.failed + totals.quarantined;
        expect([totals.selected, sum]).toEqual([LEARNERS - given.unlinked.length, LEARNERS - given.unlinked.length]);
        const sending = await fixture.knex('transmissions').where({ customer_id: customerId, state: 'sending' });
        expect(sending).toEqual([]);
      }),
      { numRuns: Number(process.env['EXPORT_WORLDS'] ?? 25), endOnFailure: true },
    );
  }, 120_000);
});
