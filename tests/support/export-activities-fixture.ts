import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { exportActivities } from '../../activities/exports/activities';
import type { ExportDependencies } from '../../activities/exports/dependencies';
import type { Platform } from '../../clients/platform/services';
import { readSettings, type Settings } from '../../config/settings';
import type { ExportActivities } from '../../contracts/exports/activities';
import type { ImportRow } from '../../contracts/http/customer-import';
import { type ChannelToStore, type StoredChannel, upsertChannel } from '../../db/exports/channels';
import { upsertCustomer } from '../../db/exports/customers';
import { importConsentRows, importEnrollmentRows, importLearnerRows } from '../../db/exports/import-rows';
import { allRecords, type StoredRecord } from '../../db/exports/records';
import { type ExportRun, findRun } from '../../db/exports/runs';
import { simulatedSetup } from '../../dev/customer-set-up';
import { Simulator } from '../../dev/simulator/simulator';
import { buildPlatform } from '../../worker/build-platform';
import { type ExportResources, createExportResources } from '../../worker/export-worker';
import { aLearner, anEnrollment, RUN_ID } from './export-builders';
import { cloneDatabase, type TestDatabase } from './test-database';

/** A channel of files has no simulator behind it. */
const FILES = { channel: 'files', settings: { folder: 'acme' }, credentials: {} } as const;

/** The real export activities on a database of their own, the platform and the channels played by the simulator. */
export class ExportActivitiesFixture {
  readonly activities: ExportActivities;

  private constructor(
    private readonly database: TestDatabase,
    readonly simulator: Simulator,
    readonly settings: Settings,
    readonly platform: Platform,
    private readonly parts: ExportResources,
  ) {
    this.activities = exportActivities(this.dependencies);
  }

  static async start({
    env = {},
    poolMax = 5,
  }: { env?: Record<string, string>; poolMax?: number } = {}): Promise<ExportActivitiesFixture> {
    const simulator = new Simulator();
    const [database, urls] = await Promise.all([cloneDatabase(poolMax), simulator.start()]);
    const settings = readSettings({
      DATABASE_URL: database.url,
      GRADES_URL: urls.base,
      CERTIFICATES_URL: urls.base,
      COURSES_URL: urls.base,
      PLATFORM_TOKEN_URL: urls.token,
      PLATFORM_CLIENT_ID: 'invigil',
      PLATFORM_CLIENT_SECRET: 'secret',
      SERVICE_TIMEOUT_MS: '2000',
      EXPORT_RETRY_MS: '10',
      EXPORT_PAGE_SIZE: '20',
      CHANNELS_ALLOW_PRIVATE: '1',
      CREDENTIAL_KEYS: `t1:${Buffer.alloc(32, 7).toString('base64')}`,
      ...env,
    });
    const platform = buildPlatform(settings);
    return new ExportActivitiesFixture(
      database,
      simulator,
      settings,
      platform,
      createExportResources(settings, { knex: database.db, platform }),
    );
  }

  get knex(): Knex {
    return this.database.db;
  }

  get dependencies(): ExportDependencies {
    return this.parts.dependencies;
  }

  async stop(): Promise<void> {
    this.simulator.faults.clear();
    await this.parts.close();
    await this.platform.close();
    await Promise.all([this.simulator.stop(), this.database.drop()]);
  }

  /** Resets the simulator: no faults, nothing remembered. */
  quiet(): void {
    const { faults, answers, channels } = this.simulator;
    faults.clear();
    answers.clear();
    for (const channel of ['sap', 'lrs'] as const) {
      channels.state(channel).clear();
      channels.state(channel).revokeTokens();
      const { settings } = channels.state(channel);
      Object.assign(settings, { poison: [], gone: [], failedInAnswer: [], malformedToken: false, refuseClient: false });
      settings.busyEvery = 0;
    }
  }

  /** As another worker would do it, which knows nothing of what this one has open. */
  afresh(): ExportActivities {
    const { knex, settings } = this;
    return exportActivities(createExportResources(settings, { knex, platform: this.platform }).dependencies);
  }

  /** A customer with one channel at the simulator and so many learners, all of whom passed. */
  async aCustomer(
    kind: 'SAP' | 'XAPI' | 'DEGREED2' | 'CSV',
    learners: number,
    more: Partial<ChannelToStore> = {},
    learner: Partial<ImportRow<'learner'>> = {},
  ): Promise<StoredChannel> {
    const customerId = `acme-${randomUUID()}`;
    const { channel, settings, credentials } = kind === 'CSV' ? FILES : simulatedSetup(kind);
    await upsertCustomer(this.knex, {
      id: customerId,
      name: 'Acme',
      slug: 'acme',
      identityProvider: 'idp',
      enableAuditEnrollment: true,
      enableAuditDataReporting: true,
    });
    const keys = this.settings.credentialKeys;
    if (!keys) throw new Error('There are no keys');
    const stored = await upsertChannel(
      this.knex,
      {
        customerId,
        channelId: channel,
        kind,
        baseUrl: channel === 'files' ? null : this.simulator.urls.channel(channel),
        schedule: null,
        idpId: null,
        options: settings,
        limits: { requestsPerSecond: 1_000, concurrency: 5, batchSize: 10 },
        inDoubt: 'hold',
        dryRun: false,
        disabled: false,
        transmitTotalHours: false,
        modifiedAt: new Date(),
        ...more,
      },
      { values: credentials, keys },
    );
    if (stored === 'other-kind') throw new Error('The channel exists with another kind');
    await this.enrol(customerId, learners, learner);
    return stored;
  }

  /** Learners u1, u2, ... of the customer with the enrollments 1, 2, ...; their names begin with the customer's id. */
  async enrol(customerId: string, count: number, learner: Partial<ImportRow<'learner'>> = {}): Promise<void> {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    for (let at = 0; at < count; at += 1_000) {
      const some = numbers.slice(at, at + 1_000);
      const named = some.map((n) => this.learnerNamed(customerId, n, learner));
      await importLearnerRows(this.knex, customerId, named);
      await importEnrollmentRows(
        this.knex,
        customerId,
        some.map((n) => anEnrollment(n, `u${n}`)),
      );
      const consents = some.map((n) => ({ userId: `u${n}`, courseId: RUN_ID, granted: true }));
      await importConsentRows(this.knex, customerId, consents);
    }
  }

  /** How learner n is known: name and address are the customer's own, so that tests do not meet. */
  address(customerId: string, n: number): string {
    return `${customerId}-u${n}@example.com`;
  }

  async run(exportId: string): Promise<ExportRun> {
    const run = await findRun(this.knex, exportId);
    if (!run) throw new Error(`There is no export ${exportId}`);
    return run;
  }

  async records(exportId: string): Promise<StoredRecord[]> {
    const all: StoredRecord[] = [];
    for await (const some of allRecords(this.knex, exportId, {})) all.push(...some);
    return all;
  }

  private learnerNamed(customerId: string, n: number, learner: Partial<ImportRow<'learner'>>): ImportRow<'learner'> {
    const named = { username: `${customerId}-name-${n}`, email: this.address(customerId, n), remoteId: `remote-${n}` };
    return aLearner(`u${n}`, { ...named, ...learner });
  }
}
