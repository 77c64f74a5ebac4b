import { waitUntil } from '../../dev/wait-until';
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
    const { client, api } = this.checkout;
    const course = { name: 'Bench', proctoringProvider: 'bench' };
    await client.send('PUT', `${api}/v1/courses/${encodeURIComponent(COURSE)}`, course, 200);
    const exam = { courseId: COURSE, contentId: 'bench-exam', examName: 'Bench', timeLimitMins: 90 };
    const { examId } = await client.send('POST', `${api}/v1/exams`, exam, 201);
    this.examId = Number(examId);
  }

  /** @returns CPU milliseconds per attempt. */
  async attempts(count: number): Promise<number> {
    const { client, api, cpuMs } = this.checkout;
    const learners = this.ids(count);
    await client.importLearners(api, learners);
    const before = cpuMs();
    const queue = [...learners];
    const next = async (): Promise<void> => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) await client.attempt(api, this.examId, id);
    };
    await Promise.all(Array.from({ length: this.concurrency }, next));
    return (cpuMs() - before) / count;
  }

  /** @returns CPU milliseconds per record; importing the learners does not count. */
  async records(count: number): Promise<number> {
    const { client, api, cpuMs } = this.checkout;
    const customer = await this.makeCustomer(count);
    const before = cpuMs();
    const url = `${api}/v1/customers/${customer}/channels/lrs/exports`;
    const { exportId } = await client.send('POST', url, { level: 'completion' }, 202);
    const sent = await this.untilEnded(String(exportId));
    if (sent !== count) throw new Error(`${sent} of ${count} learners were exported.`);
    return (cpuMs() - before) / count;
  }

  private async makeCustomer(count: number): Promise<string> {
    const { client, api, simulator, token } = this.checkout;
    const customer = `compare-${(this.turn += 1)}`;
    await client.send('PUT', `${api}/v1/customers/${customer}`, { name: 'Bench', slug: customer }, 200);
    const channel = {
      kind: 'XAPI',
      baseUrl: `${simulator}/channels/lrs/`,
      settings: { siteUrl: simulator },
      credentials: { key: 'bench', secret: 'bench' },
      limits: { requestsPerSecond: 1_000, concurrency: 8, batchSize: 100 },
    };
    await client.send('PUT', `${api}/v1/customers/${customer}/channels/lrs`, channel, 200);
    const lines = Array.from({ length: count }, (_, index) => importLines(customer, this.turn, index)).flat();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const response = await fetch(`${api}/v1/customers/${customer}/import`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`The import answered ${response.status}: ${await response.text()}`);
    return customer;
  }

  private async untilEnded(exportId: string): Promise<number> {
    const { api, token } = this.checkout;
    let sent = 0;
    const hasEnded = async (): Promise<boolean> => {
      const response = await fetch(`${api}/v1/exports/${exportId}`, { headers: { authorization: `Bearer ${token}` } });
      const run = (await response.json()) as { status: string; totals: { sent: number } | null };
      sent = run.totals?.sent ?? 0;
      return !['running', 'paused', 'queued'].includes(run.status);
    };
    await waitUntil(hasEnded, { what: 'the export to end', timeoutMs: 600_000, intervalMs: 500 });
    return sent;
  }

  private ids(count: number): string[] {
    this.turn += 1;
    return Array.from({ length: count }, (_, index) => `compare-${this.turn}-${index}`);
  }
}

function importLines(customer: string, turn: number, index: number): object[] {
  const userId = `${customer}-${index}`;
  const course = `Bench+C${index % 5}`;
  return [
    { kind: 'learner', userId, username: userId, email: `${userId}@example.org`, linked: true },
    {
      kind: 'enrollment',
      enrollmentId: turn * 1_000_000 + index,
      userId,
      mode: 'verified',
      courseRunId: `course-v1:${course}+2026`,
      courseKey: course,
    },
    { kind: 'consent', userId, courseId: course, granted: true },
  ];
}
