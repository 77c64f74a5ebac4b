/** How a service misbehaves. Several may be combined: latency comes first, then hang, then the kind of failure. */
export interface FaultSettings {
  latencyMs?: number;
  /** Share of the requests that fail, 0 to 1; 1 when absent. */
  errorRate?: number;
  /** Answered instead of the real answer; 503 when only `errorRate` is given. */
  status?: number;
  /** The connection is destroyed before anything is done. */
  outage?: boolean;
  /** A 4xx, answered for ever. */
  refuse?: number;
  /** This many requests, then back to normal. */
  remaining?: number;
  retryAfterSeconds?: number;
  /** The header as it is, for dates. */
  retryAfter?: string;
  /** An HTML page instead of JSON, with `status` or 200. */
  html?: boolean;
  /** Requests are held until the fault is cleared, then served. */
  hang?: boolean;
  /** The effect takes place, then the connection is destroyed. */
  dropAnswer?: boolean;
}

/** What is to happen to one request. */
export type FaultDecision =
  | { kind: 'serve'; dropAnswer: boolean }
  | { kind: 'destroy' }
  | { kind: 'answer'; status: number; html: boolean; headers: Record<string, string> };

interface Fault {
  settings: FaultSettings;
  held: (() => void)[];
}

/** Faults per service. `provider` and `channel` stand for all of them, `*` for all services; the more exact name wins. */
export class Faults {
  private readonly faults = new Map<string, Fault>();

  set(service: string, settings: FaultSettings): void {
    this.clear(service);
    this.faults.set(service, { settings: { ...settings }, held: [] });
  }

  /** Releases the requests held by what is cleared. */
  clear(service?: string): void {
    for (const [name, fault] of this.faults) {
      if (service !== undefined && name !== service) continue;
      this.faults.delete(name);
      for (const release of fault.held) release();
    }
  }

  list(): Record<string, FaultSettings> {
    return Object.fromEntries([...this.faults].map(([name, fault]) => [name, fault.settings]));
  }

  /** Waits as the fault demands and says what to do; counts the request. */
  async decide(service: string): Promise<FaultDecision> {
    const fault = this.take(service);
    if (!fault) return { kind: 'serve', dropAnswer: false };
    const { settings } = fault;
    if (settings.latencyMs) await new Promise((resolve) => setTimeout(resolve, settings.latencyMs));
    if (settings.hang) {
      await new Promise<void>((release) => fault.held.push(release));
      return { kind: 'serve', dropAnswer: false };
    }
    return decisionFor(settings);
  }

  private take(service: string): Fault | undefined {
    const [family = ''] = service.split(':');
    const names = [service, ...(family === service ? [] : [family]), '*'];
    const name = names.find(
      (candidate) => (this.faults.get(candidate)?.settings.remaining ?? 1) > 0 && this.faults.has(candidate),
    );
    const fault = name === undefined ? undefined : this.faults.get(name);
    if (fault?.settings.remaining !== undefined) fault.settings.remaining -= 1;
    return fault;
  }
}

function decisionFor(settings: FaultSettings): FaultDecision {
  const serve: FaultDecision = { kind: 'serve', dropAnswer: false };
  if (settings.errorRate !== undefined && Math.random() >= settings.errorRate) return serve;
  if (settings.outage) return { kind: 'destroy' };
  if (settings.dropAnswer) return { kind: 'serve', dropAnswer: true };
  const status = statusOf(settings);
  if (status === undefined) return serve;
  return { kind: 'answer', status, html: settings.html ?? false, headers: retryHeaders(settings) };
}

function statusOf(settings: FaultSettings): number | undefined {
  if (settings.status !== undefined || settings.refuse !== undefined) return settings.status ?? settings.refuse;
  if (settings.html) return 200;
  return settings.errorRate === undefined ? undefined : 503;
}

function retryHeaders(settings: FaultSettings): Record<string, string> {
  const value = settings.retryAfter ?? settings.retryAfterSeconds?.toString();
  return value === undefined ? {} : { 'retry-after': value };
}
