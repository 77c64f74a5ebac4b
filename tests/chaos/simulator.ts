import type { FaultSettings } from '../../dev/simulator/faults';
import type { AppliedEntry, LogEntry } from '../../dev/simulator/journal';

/** What the receivers saw of one course, in the order it came. */
export interface Seen {
  log: LogEntry[];
  applied: AppliedEntry[];
}

/** The simulator's control API. */
export class ChaosSimulatorClient {
  constructor(private readonly url: string) {}

  async fault(service: string, settings: FaultSettings): Promise<void> {
    await this.send('PUT', `faults/${service}`, settings);
  }

  /** Releases the requests that hang as well. */
  async wellAgain(): Promise<void> {
    await this.send('DELETE', 'faults');
  }

  async seen(courseId: string): Promise<Seen> {
    return this.find(`courseId=${encodeURIComponent(courseId)}`);
  }

  async seenBy(service: string): Promise<Seen> {
    return this.find(`service=${service}`);
  }

  private async find(filter: string): Promise<Seen> {
    return { log: await this.items(`log?${filter}`), applied: await this.items(`applied?${filter}`) };
  }

  private async items<T>(topic: string): Promise<T[]> {
    return ((await this.send('GET', topic)) as { items: T[] }).items;
  }

  private async send(method: string, topic: string, body?: object): Promise<unknown> {
    const init = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
    const response = await fetch(`${this.url}/_sim/${topic}`, { method, ...init });
    if (!response.ok) throw new Error(`The simulator answered ${response.status} to ${method} ${topic}.`);
    return response.json();
  }
}
