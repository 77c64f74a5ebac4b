import type { Child } from '../../dev/children';
import { freePort } from '../../dev/ports';
import type { SimulatedChannel } from '../../dev/simulator/channels/channel-settings';
import type { FaultSettings } from '../../dev/simulator/faults';
import { typescriptChild } from '../../dev/stack-children';
import { SIMULATOR_CLIENT } from '../../dev/stack-environment';

/** What the channel has taken. */
export interface Taken {
  learners: number;
  accepted: number;
  repeated: number;
  doubled: number;
}

const CHANNEL: SimulatedChannel = 'lrs';
/** Entries the simulator remembers: as few as possible, it shares the machine. */
const KEEP = '1000';

/** The simulator as a process of its own that keeps no log: what it costs per call would be the bench's own doing. */
export class Outside {
  private constructor(
    private readonly url: string,
    readonly child: Child,
  ) {}

  static async start(logFolder: string): Promise<Outside> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const args = ['dev/simulator/main.ts', '--port', String(port), '--smtp-port', '0', '--keep', KEEP];
    const child = typescriptChild('bench-simulator', args, process.env, `${url}/healthz`, { logDir: logFolder });
    await child.start();
    return new Outside(url, child);
  }

  /** The settings with which a worker calls this simulator. */
  get environment(): Record<string, string> {
    const { clientId, clientSecret } = SIMULATOR_CLIENT;
    return {
      GRADES_URL: this.url,
      CERTIFICATES_URL: this.url,
      COURSES_URL: this.url,
      PLATFORM_TOKEN_URL: `${this.url}/oauth2/access_token`,
      PLATFORM_CLIENT_ID: clientId,
      PLATFORM_CLIENT_SECRET: clientSecret,
    };
  }

  get channelUrl(): string {
    return `${this.url}/channels/${CHANNEL}`;
  }

  /** Look-ups and channel alike take so long. */
  async slow(latencyMs: number): Promise<void> {
    const fault: FaultSettings = { latencyMs };
    for (const service of ['grades', 'certificates', 'courses', 'channel']) await this.put(`faults/${service}`, fault);
  }

  async course(courseRunId: string, pacing: 'instructor' | 'self'): Promise<void> {
    const body = { id: courseRunId, course_id: courseRunId, name: 'Bench', pacing, end: null };
    await this.put('answers/learner-data', { what: 'course', courseId: courseRunId, body });
  }

  /** Where grades are asked for; any course will do. */
  gradeAddress(): string {
    return `${this.url}/api/grades/v1/courses/${encodeURIComponent('course-v1:Bench+bare+2026')}/`;
  }

  async token(): Promise<string> {
    const { clientId, clientSecret } = SIMULATOR_CLIENT;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const response = await fetch(`${this.url}/oauth2/access_token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    return `Bearer ${((await response.json()) as { access_token: string }).access_token}`;
  }

  /** Look-ups since the last time it was asked to forget. */
  async lookUps(): Promise<number> {
    const counts = (await this.get('counts')) as Record<string, number>;
    return (counts['grades'] ?? 0) + (counts['certificates'] ?? 0) + (counts['courses'] ?? 0);
  }

  async taken(): Promise<Taken> {
    return ((await this.get(`channels/${CHANNEL}`)) as { totals: Taken }).totals;
  }

  async forget(): Promise<void> {
    await this.send('DELETE', 'log');
    await this.send('DELETE', `channels/${CHANNEL}`);
  }

  private put(topic: string, body: object): Promise<unknown> {
    return this.send('PUT', topic, body);
  }

  private get(topic: string): Promise<unknown> {
    return this.send('GET', topic);
  }

  private async send(method: string, topic: string, body?: object): Promise<unknown> {
    const init = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
    const response = await fetch(`${this.url}/_sim/${topic}`, { method, ...init });
    if (!response.ok) throw new Error(`The simulator answered ${response.status} to ${method} ${topic}.`);
    return response.json();
  }
}
