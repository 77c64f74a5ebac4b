import type { ImportLine } from '../../contracts/http/customer-import';
import type { ExportAnswer } from '../../contracts/http/exports';
import { channelBody, enrolledLearner, simulatedSetup } from '../../dev/customer-set-up';
import type { SimulatedChannel } from '../../dev/simulator/channels/channel-settings';
import type { RecordCount } from '../../dev/simulator/channels/channel-state';
import type { ChannelControlClient } from '../../dev/simulator/client';
import { waitFor } from '../../dev/wait-until';
import type { ChaosStack } from './chaos-stack';

const LIMITS = {
  XAPI: { requestsPerSecond: 1_000, concurrency: 4, batchSize: 20 },
  SAP: { requestsPerSecond: 1_000, concurrency: 5, batchSize: 1 },
};

type ChaosKind = keyof typeof LIMITS;

const COURSE_RUN = 'course-v1:Chaos+1+2026';

/** A customer with one channel at the simulator and so many learners, made over the public API. */
export class ChaosCustomer {
  private readonly channelId: SimulatedChannel;

  private constructor(
    private readonly chaos: ChaosStack,
    readonly customerId: string,
    private readonly kind: ChaosKind,
    readonly size: number,
  ) {
    this.channelId = simulatedSetup(kind).channel;
  }

  static async make(chaos: ChaosStack, customerId: string, kind: ChaosKind, size: number): Promise<ChaosCustomer> {
    const customer = new ChaosCustomer(chaos, customerId, kind, size);
    const { api, stack } = chaos;
    const body = channelBody(kind, stack.urls.simulator, { limits: LIMITS[kind] });
    await api.put(`/customers/${customerId}`, { name: customerId, slug: customerId });
    await api.put(`/customers/${customerId}/channels/${customer.channelId}`, body);
    const numbers = Array.from({ length: size }, (_, index) => index + 1);
    await api.importCustomer(
      customerId,
      numbers.flatMap((n) => customer.lines(n)),
    );
    return customer;
  }

  /** How the channel knows learner n: by address or by id. */
  learnerAtChannel(n: number): string {
    return this.kind === 'XAPI' ? `${this.customerId}-${n}@example.com` : `${this.customerId}-remote-${n}`;
  }

  async start(): Promise<string> {
    const path = `/customers/${this.customerId}/channels/${this.channelId}/exports`;
    return (await this.chaos.api.post<ExportAnswer>(path, { level: 'completion' })).exportId;
  }

  export(exportId: string): Promise<ExportAnswer> {
    return this.chaos.api.get<ExportAnswer>(`/exports/${exportId}`);
  }

  untilEnded(exportId: string, timeoutMs: number): Promise<ExportAnswer> {
    const ended = async (): Promise<ExportAnswer | undefined> => {
      const seen = await this.export(exportId);
      return seen.finishedAt === null ? undefined : seen;
    };
    return waitFor(ended, { what: `export ${exportId} to end`, timeoutMs, intervalMs: 25 });
  }

  /** What the channel took of this customer's learners. */
  async atChannel(): Promise<RecordCount[]> {
    const items = await this.channel.records();
    return items.filter(({ learner }) => learner.startsWith(`${this.customerId}-`));
  }

  /** Whether the channel has requests that it has not answered. */
  async isWaitedFor(): Promise<boolean> {
    return (await this.channel.requests()).some(({ status }) => status === null);
  }

  get channel(): ChannelControlClient {
    return this.chaos.simulator.channel(this.channelId);
  }

  /** Learners, by number, of the run's records with this outcome and reason. */
  async learnersWith(exportId: string, outcome: string, reason: string | null): Promise<number[]> {
    const rows = await this.chaos
      .knex<{ enrollment_id: string; reason: string; run_id: string; outcome: string }>('export_records')
      .where({ run_id: exportId, outcome, ...(reason === null ? {} : { reason }) });
    return rows.map((row) => Number(row.enrollment_id)).sort((a, b) => a - b);
  }

  private lines(n: number): ImportLine[] {
    const name = `${this.customerId}-${n}`;
    const learner = { userId: `u${n}`, username: name, email: `${name}@example.com` };
    const remoteId = `${this.customerId}-remote-${n}`;
    return enrolledLearner({ enrollmentId: n, courseRunId: COURSE_RUN }, { ...learner, remoteId });
  }
}
