import type { Child } from '../../dev/children';
import { freePort } from '../../dev/ports';
import type { SimulatedChannel } from '../../dev/simulator/channels/channel-settings';
import { type ChannelControlClient, SimulatorClient } from '../../dev/simulator/client';
import { typescriptChild } from '../../dev/stack-children';
import { SIMULATOR_CLIENT } from '../../dev/stack-environment';

const CHANNEL: SimulatedChannel = 'lrs';
/** Entries the simulator remembers: as few as possible, it shares the machine. */
const KEEP = '1000';

/** The simulator as a process of its own that keeps no log: what it costs per call would be the bench's own doing. */
export class Outside {
  readonly channel: ChannelControlClient;
  private readonly simulator: SimulatorClient;

  private constructor(
    private readonly url: string,
    readonly child: Child,
  ) {
    this.simulator = new SimulatorClient(url);
    this.channel = this.simulator.channel(CHANNEL);
  }

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
    for (const service of ['grades', 'certificates', 'courses', 'channel']) {
      await this.simulator.faults.set(service, { latencyMs });
    }
  }

  async course(courseRunId: string, pacing: 'instructor' | 'self'): Promise<void> {
    const body = { id: courseRunId, course_id: courseRunId, name: 'Bench', pacing, end: null };
    await this.simulator.answer('learner-data', { what: 'course', courseId: courseRunId, body });
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
    const counts = await this.simulator.counts();
    return (counts['grades'] ?? 0) + (counts['certificates'] ?? 0) + (counts['courses'] ?? 0);
  }

  async forget(): Promise<void> {
    await this.simulator.forgetLog();
    await this.channel.clear();
  }
}
