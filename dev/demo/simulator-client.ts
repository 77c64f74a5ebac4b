import type { ChannelSettings, SimulatedChannel } from '../simulator/channels/channel-settings';
import type { RecordCount } from '../simulator/channels/channel-state';
import type { FaultSettings } from '../simulator/faults';
import type { AppliedEntry, LogEntry } from '../simulator/journal';

/** The simulator's control API: what the outside world saw, and how it misbehaves. */
export class SimulatorClient {
  constructor(private readonly baseUrl: string) {}

  async fail(service: string, settings: FaultSettings): Promise<void> {
    await this.send('PUT', `faults/${service}`, settings);
  }

  async recover(service: string): Promise<void> {
    await this.send('DELETE', `faults/${service}`);
  }

  /** Every request that came in, whatever was answered. */
  async log(): Promise<LogEntry[]> {
    return ((await this.send('GET', 'log')) as { items: LogEntry[] }).items;
  }

  /** Every effect that took place. */
  async applied(): Promise<AppliedEntry[]> {
    return ((await this.send('GET', 'applied')) as { items: AppliedEntry[] }).items;
  }

  /** How a channel of learner exports behaves. */
  async channel(name: SimulatedChannel, settings: Partial<ChannelSettings>): Promise<void> {
    await this.send('PUT', `channels/${name}`, settings);
  }

  /** What a channel took, per learner and course. */
  async channelRecords(name: SimulatedChannel): Promise<RecordCount[]> {
    return ((await this.send('GET', `channels/${name}/records`)) as { items: RecordCount[] }).items;
  }

  private async send(method: string, topic: string, body?: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const response = await fetch(`${this.baseUrl}/_sim/${topic}`, init);
    if (!response.ok) throw new Error(`The simulator answered ${response.status} to ${method} /_sim/${topic}.`);
    return response.json();
  }
}
