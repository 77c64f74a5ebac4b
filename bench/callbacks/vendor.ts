import { Agent, request } from 'undici';
import { workThrough } from '../../dev/bounded-work';
import { type CpuReading, cpuBetween, type Pids, readCpu } from '../measure/cpu';
import { callbackBody, CALLBACKS_PROVIDER } from './plan';

/** What one variant did in one round. */
export interface CallbacksTurn {
  perSecond: number;
  wallMs: number;
  cpu: CpuReading;
  /** Milliseconds from sending to the whole answer, of each callback. */
  latencies: number[];
}

/** The vendor: keep-alive connections and its secret. */
export class Vendor {
  private readonly agent = new Agent({ connections: 128, pipelining: 1 });

  /** Posts one callback per code. @throws when one is not answered 202. */
  async post(url: string, codes: readonly string[], concurrency: number, pids: Pids): Promise<CallbacksTurn> {
    const bodies = codes.map((code) => JSON.stringify(callbackBody(code)));
    const latencies: number[] = [];
    const before = readCpu(pids);
    const startedAt = performance.now();
    await workThrough(bodies, concurrency, async (body) => {
      const sentAt = performance.now();
      await this.postOne(url, body);
      latencies.push(performance.now() - sentAt);
    });
    const wallMs = performance.now() - startedAt;
    return { perSecond: (codes.length / wallMs) * 1000, wallMs, cpu: cpuBetween(before, readCpu(pids)), latencies };
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  private async postOne(url: string, body: string): Promise<void> {
    const headers = { 'content-type': 'application/json', 'x-callback-secret': CALLBACKS_PROVIDER.callbackSecret };
    const options = { method: 'POST', headers, body, dispatcher: this.agent } as const;
    const answer = await request(`${url}/v1/providers/${CALLBACKS_PROVIDER.name}/reviews`, options);
    const text = await answer.body.text();
    if (answer.statusCode !== 202)
      throw new Error(`A callback was answered ${answer.statusCode}: ${text.slice(0, 500)}`);
  }
}
