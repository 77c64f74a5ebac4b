import { signDevToken } from '../../config/dev-key';
import type { ExportAnswer } from '../../contracts/http/exports';
import type { ChannelRequest, RecordCount } from '../../dev/simulator/channels/channel-state';
import { waitUntil } from '../../dev/wait-until';
import type { ChaosStack } from './chaos-stack';

const KINDS = {
  XAPI: {
    at: 'lrs',
    settings: { siteUrl: 'https://courses.example.com' },
    credentials: { key: 'k', secret: 's' },
    limits: { requestsPerSecond: 1_000, concurrency: 4, batchSize: 20 },
  },
  SAP: {
    at: 'sap',
    settings: { companyId: 'acme', userId: 'admin' },
    credentials: { key: 'k', secret: 's' },
    limits: { requestsPerSecond: 1_000, concurrency: 5, batchSize: 1 },
  },
} as const;

const COURSE = { courseRunId: 'course-v1:Chaos+1+2026', courseKey: 'Chaos+1' };

/** A customer with one channel at the simulator and so many learners, made over the public API. */
export class ChaosCustomer {
  private constructor(
    private readonly chaos: ChaosStack,
    readonly customerId: string,
    private readonly kind: keyof typeof KINDS,
    readonly size: number,
  ) {}

  static async make(
    chaos: ChaosStack,
    customerId: string,
    kind: keyof typeof KINDS,
    size: number,
  ): Promise<ChaosCustomer> {
    const customer = new ChaosCustomer(chaos, customerId, kind, size);
    await customer.put('', { name: customerId, slug: customerId });
    const { at, settings, credentials, limits } = KINDS[kind];
    const baseUrl = `${chaos.stack.urls.simulator}/channels/${at}`;
    await customer.put(`/channels/${at}`, { kind, baseUrl, settings, credentials, limits });
    await customer.importEverybody();
    return customer;
  }

  /** How the channel knows learner n: by address or by id. */
  learnerAtChannel(n: number): string {
    return this.kind === 'XAPI' ? `${this.customerId}-${n}@example.com` : `${this.customerId}-remote-${n}`;
  }

  async start(): Promise<string> {
    const path = `/v1/customers/${this.customerId}/channels/${KINDS[this.kind].at}/exports`;
    const { exportId } = await this.chaos.caller.done<ExportAnswer>({
      method: 'POST',
      path,
      body: { level: 'completion' },
    });
    return exportId;
  }

  export(exportId: string): Promise<ExportAnswer> {
    return this.chaos.caller.done<ExportAnswer>({ method: 'GET', path: `/v1/exports/${exportId}` });
  }

  async untilEnded(exportId: string, timeoutMs: number): Promise<ExportAnswer> {
    const hasEnded = async (): Promise<boolean> => (await this.export(exportId)).finishedAt !== null;
    await waitUntil(hasEnded, { what: `export ${exportId} to end`, timeoutMs, intervalMs: 25 });
    return this.export(exportId);
  }

  /** What the channel took of this customer's learners. */
  async atChannel(): Promise<RecordCount[]> {
    const items = await this.seen<RecordCount>('records');
    return items.filter(({ learner }) => learner.startsWith(`${this.customerId}-`));
  }

  /** Whether the channel has requests that it has not answered. */
  async isWaitedFor(): Promise<boolean> {
    return (await this.seen<ChannelRequest>('requests')).some(({ status }) => status === null);
  }

  async behave(settings: object): Promise<void> {
    const response = await fetch(`${this.chaos.stack.urls.simulator}/_sim/channels/${KINDS[this.kind].at}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    });
    if (!response.ok) throw new Error(`The simulator answered ${response.status}`);
  }

  /** Learners, by number, of the run's records with this outcome and reason. */
  async learnersWith(exportId: string, outcome: string, reason: string | null): Promise<number[]> {
    const rows = await this.chaos
      .knex<{ enrollment_id: string; reason: string; run_id: string; outcome: string }>('export_records')
      .where({ run_id: exportId, outcome, ...(reason === null ? {} : { reason }) });
    return rows.map((row) => Number(row.enrollment_id)).sort((a, b) => a - b);
  }

  private async seen<T>(what: string): Promise<T[]> {
    const response = await fetch(`${this.chaos.stack.urls.simulator}/_sim/channels/${KINDS[this.kind].at}/${what}`);
    return ((await response.json()) as { items: T[] }).items;
  }

  private async put(path: string, body: object): Promise<void> {
    await this.chaos.caller.done({ method: 'PUT', path: `/v1/customers/${this.customerId}${path}`, body });
  }

  private async importEverybody(): Promise<void> {
    const token = await signDevToken(this.chaos.stack.devKeyFile, { sub: 'platform', scope: 'exports:write' });
    const response = await fetch(`${this.chaos.stack.urls.api}/v1/customers/${this.customerId}/import`, {
      method: 'POST',
      body: Array.from({ length: this.size }, (_, index) => this.lines(index + 1)).join(''),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`The import was answered ${response.status} ${text}`);
    const { accepted } = JSON.parse(text) as { accepted: number };
    if (accepted !== 3 * this.size) throw new Error(`${accepted} lines were stored: ${text.slice(0, 500)}`);
  }

  private lines(n: number): string {
    const userId = `u${n}`;
    const name = `${this.customerId}-${n}`;
    const learner = {
      kind: 'learner',
      userId,
      username: name,
      email: `${name}@example.com`,
      active: true,
      linked: true,
    };
    const remoteId = `${this.customerId}-remote-${n}`;
    const enrollment = { kind: 'enrollment', enrollmentId: n, userId, ...COURSE, mode: 'verified' };
    const consent = { kind: 'consent', userId, courseId: COURSE.courseRunId, granted: true };
    return [{ ...learner, remoteId }, enrollment, consent].map((line) => `${JSON.stringify(line)}\n`).join('');
  }
}
