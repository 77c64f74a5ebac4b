import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { type ApiClient, requestHeaders } from '../../dev/api-client';
import { CHANGES } from './plan';

/** The learning platform's side under load: one token, keep-alive connections, an Idempotency-Key with every write. */
export class BenchClient {
  private readonly agent = new Agent({ connections: 64, pipelining: 1 });

  constructor(private readonly token: string) {}

  /** One complete attempt. @returns milliseconds of each status change. @throws when any answer is not as expected. */
  async attempt(apiUrl: string, examId: number, userId: string): Promise<number[]> {
    const body = { userId, takingAsProctored: false };
    const created = await this.send('POST', `${apiUrl}/v1/exams/${examId}/attempts`, body, 201);
    const address = `${apiUrl}/v1/attempts/${encodeURIComponent(String(created['attemptCode']))}`;
    const times: number[] = [];
    for (const status of CHANGES) {
      const before = performance.now();
      const changed = await this.send('PATCH', address, { status }, 200);
      times.push(performance.now() - before);
      if (changed['status'] !== status) throw new Error(`Status ${String(changed['status'])} instead of ${status}`);
      if (changed['pendingEffects'] !== 0) throw new Error(await this.leftOver(address));
    }
    return times;
  }

  private async leftOver(address: string): Promise<string> {
    const headers = requestHeaders({ token: this.token, key: null });
    const { body } = await request(`${address}/effects`, { headers, dispatcher: this.agent });
    return `An effect was left over although its service is up: ${await body.text()}`;
  }

  async send(method: 'POST' | 'PATCH', url: string, body: object, expected: number): Promise<Answer> {
    const { statusCode, body: answer } = await request(url, {
      method,
      body: JSON.stringify(body),
      dispatcher: this.agent,
      headers: requestHeaders({ token: this.token, key: randomUUID(), body }),
    });
    const text = await answer.text();
    if (statusCode === expected) return JSON.parse(text) as Answer;
    throw new Error(`${method} ${url} answered ${statusCode}: ${text.slice(0, 500)}`);
  }

  async close(): Promise<void> {
    await this.agent.close();
  }
}

type Answer = Record<string, unknown>;

/** Registers learners, as the platform does before an exam. */
export async function importLearners(api: ApiClient, userIds: readonly string[]): Promise<void> {
  const lines = userIds.map((userId) => {
    return { userId, username: userId, email: `${userId}@example.org`, fullName: 'Bench Learner' };
  });
  await api.importLines('/learners/import', lines);
}
