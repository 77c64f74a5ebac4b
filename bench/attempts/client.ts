import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { CHANGES } from './plan';

/** The learning platform's side: one token, keep-alive connections, an Idempotency-Key with every write. */
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
    const headers = { authorization: `Bearer ${this.token}` };
    const { body } = await request(`${address}/effects`, { headers, dispatcher: this.agent });
    return `An effect was left over although its service is up: ${await body.text()}`;
  }

  async send(method: 'POST' | 'PATCH' | 'PUT', url: string, body: object, expected: number): Promise<Answer> {
    return this.exchange(method, url, JSON.stringify(body), 'application/json', expected);
  }

  /** Registers learners, as the platform does before an exam. */
  async importLearners(apiUrl: string, userIds: readonly string[]): Promise<void> {
    const lines = userIds.map((userId) => {
      return JSON.stringify({ userId, username: userId, email: `${userId}@example.org`, fullName: 'Bench Learner' });
    });
    const url = `${apiUrl}/v1/learners/import`;
    const { accepted } = await this.exchange('POST', url, lines.join('\n'), 'application/x-ndjson', 200);
    if (accepted !== userIds.length)
      throw new Error(`${String(accepted)} of ${userIds.length} learners were accepted.`);
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  private async exchange(
    method: 'POST' | 'PATCH' | 'PUT',
    url: string,
    body: string,
    type: string,
    expected: number,
  ): Promise<Answer> {
    const { statusCode, body: answer } = await request(url, {
      method,
      body,
      dispatcher: this.agent,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': type, 'idempotency-key': randomUUID() },
    });
    const text = await answer.text();
    if (statusCode === expected) return JSON.parse(text) as Answer;
    throw new Error(`${method} ${url} answered ${statusCode}: ${text.slice(0, 500)}`);
  }
}

type Answer = Record<string, unknown>;
