import type { Static } from '@sinclair/typebox';
import type { ANSWER_TOPICS } from './answers';
import type { ChannelSettings, SimulatedChannel } from './channels/channel-settings';
import type { ChannelRequest, ChannelState, RecordCount } from './channels/channel-state';
import type { FaultSettings } from './faults';
import type { AppliedEntry, Filter, LogEntry } from './journal';

type Topic = keyof typeof ANSWER_TOPICS;

/** One channel of learner exports: how it behaves, and what it took. */
export interface ChannelControlClient {
  set(settings: Partial<ChannelSettings>): Promise<void>;
  /** What was taken, per learner and course. */
  records(): Promise<RecordCount[]>;
  requests(): Promise<ChannelRequest[]>;
  totals(): Promise<ReturnType<ChannelState['totals']>>;
  /** Forgets settings and records. */
  clear(): Promise<void>;
}

/** The simulator's control API: how the outside world misbehaves, and what it saw. */
export class SimulatorClient {
  constructor(readonly baseUrl: string) {}

  readonly faults = {
    set: async (service: string, settings: FaultSettings): Promise<void> => {
      await this.send('PUT', `faults/${encodeURIComponent(service)}`, settings);
    },
    /** Of all services unless one is named. Requests that hang are released. */
    clear: async (service?: string): Promise<void> => {
      await this.send('DELETE', service === undefined ? 'faults' : `faults/${encodeURIComponent(service)}`);
    },
  };

  /** What a service answers where that is not the plain case. */
  async answer<T extends Topic>(topic: T, answer: Static<(typeof ANSWER_TOPICS)[T]>): Promise<void> {
    await this.send('PUT', `answers/${topic}`, answer);
  }

  /** Every request that came in, whatever was answered, oldest first. */
  log(filter: Filter = {}): Promise<LogEntry[]> {
    return this.items<LogEntry>(`log${queryOf(filter)}`);
  }

  /** Every effect that took place. */
  applied(filter: Filter = {}): Promise<AppliedEntry[]> {
    return this.items<AppliedEntry>(`applied${queryOf(filter)}`);
  }

  /** Requests by service since the log was forgotten. */
  async counts(): Promise<Record<string, number>> {
    return (await this.send('GET', 'counts')) as Record<string, number>;
  }

  async forgetLog(): Promise<void> {
    await this.send('DELETE', 'log');
  }

  channel(name: SimulatedChannel): ChannelControlClient {
    const topic = `channels/${name}`;
    return {
      set: async (settings) => void (await this.send('PUT', topic, settings)),
      records: () => this.items<RecordCount>(`${topic}/records`),
      requests: () => this.items<ChannelRequest>(`${topic}/requests`),
      totals: async () => {
        const { totals } = (await this.send('GET', topic)) as { totals: ReturnType<ChannelState['totals']> };
        return totals;
      },
      clear: async () => void (await this.send('DELETE', topic)),
    };
  }

  /** Any control, by its method and its path below /_sim. @throws with the simulator's answer when it refuses */
  async send(method: string, topic: string, body?: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const init = { method, ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }) };
    const response = await fetch(`${this.baseUrl}/_sim/${topic}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`The simulator answered ${response.status} to ${method} ${topic}: ${text}`);
    // Parsed here: what fetch parses belongs to another realm in tests, where deep equality tells its arrays from ours.
    return JSON.parse(text);
  }

  private async items<T>(topic: string): Promise<T[]> {
    return ((await this.send('GET', topic)) as { items: T[] }).items;
  }
}

function queryOf(filter: Filter): string {
  const wanted = Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]);
  return wanted.length === 0 ? '' : `?${new URLSearchParams(wanted).toString()}`;
}
