import type { ImportLine } from '../../contracts/http/customer-import';
import type { ExportAnswer } from '../../contracts/http/exports';
import { workThrough } from '../../dev/bounded-work';
import { createExam, putCourse } from '../../dev/course-set-up';
import { channelBody, enrolledLearner } from '../../dev/customer-set-up';
import { waitFor } from '../../dev/wait-until';
import { importLearners } from '../attempts/client';
import { ATTEMPTS_PROVIDER } from '../attempts/plan';
import type { RunningCheckout } from './checkout';

const COURSE = 'course-v1:Bench+compare+2026';

/** What is measured: the same requests for both checkouts. */
export class ComparedWork {
  private examId = 0;
  private turn = 0;

  constructor(
    private readonly checkout: RunningCheckout,
    private readonly concurrency: number,
  ) {}

  async prepare(): Promise<void> {
    const { api } = this.checkout;
    await putCourse(api, COURSE, { proctoringProvider: ATTEMPTS_PROVIDER.name });
    this.examId = (await createExam(api, COURSE, { timeLimitMins: 90 })).examId;
  }

  /** @returns CPU milliseconds per attempt. */
  async attempts(count: number): Promise<number> {
    const { client, api, cpuMs } = this.checkout;
    const learners = this.ids(count);
    await importLearners(api, learners);
    const before = cpuMs();
    await workThrough(learners, this.concurrency, (userId) => client.attempt(api.baseUrl, this.examId, userId));
    return (cpuMs() - before) / count;
  }

  /** @returns CPU milliseconds per record; importing the learners does not count. */
  async records(count: number): Promise<number> {
    const { api, cpuMs } = this.checkout;
    const customer = await this.makeCustomer(count);
    const before = cpuMs();
    const path = `/customers/${customer}/channels/lrs/exports`;
    const { exportId } = await api.post<ExportAnswer>(path, { level: 'completion' });
    const { totals } = await this.untilEnded(exportId);
    if (totals.sent !== count) throw new Error(`${totals.sent} of ${count} learners were exported.`);
    return (cpuMs() - before) / count;
  }

  private async makeCustomer(count: number): Promise<string> {
    const { api, simulator } = this.checkout;
    const customer = `compare-${(this.turn += 1)}`;
    await api.put(`/customers/${customer}`, { name: 'Bench', slug: customer });
    const limits = { requestsPerSecond: 1_000, concurrency: 8, batchSize: 100 };
    await api.put(`/customers/${customer}/channels/lrs`, channelBody('XAPI', simulator, { limits }));
    const lines = Array.from({ length: count }, (_, index) => importLines(customer, this.turn, index)).flat();
    await api.importCustomer(customer, lines);
    return customer;
  }

  private untilEnded(exportId: string): Promise<ExportAnswer> {
    const ended = async (): Promise<ExportAnswer | undefined> => {
      const seen = await this.checkout.api.get<ExportAnswer>(`/exports/${exportId}`);
      return seen.finishedAt === null ? undefined : seen;
    };
    return waitFor(ended, { what: 'the export to end', timeoutMs: 600_000, intervalMs: 500 });
  }

  private ids(count: number): string[] {
    this.turn += 1;
    return Array.from({ length: count }, (_, index) => `compare-${this.turn}-${index}`);
  }
}

function importLines(customer: string, turn: number, index: number): ImportLine[] {
  const userId = `${customer}-${index}`;
  const enrollment = { enrollmentId: turn * 1_000_000 + index, courseRunId: `course-v1:Bench+C${index % 5}+2026` };
  return enrolledLearner(enrollment, { userId, username: userId, email: `${userId}@example.org` });
}
