import { Agent, request } from 'undici';
import type { Outside } from './outside';

/** Enough calls to measure the rate. */
const MOST = 10_000;

export interface Bare {
  calls: number;
  wallMs: number;
}

/** The same look-ups to the same simulator with nothing done with the answers: what the machine can do at this moment. */
export async function bareLookUps(outside: Outside, wanted: number, concurrency: number): Promise<Bare> {
  const calls = Math.min(MOST, wanted);
  const dispatcher = new Agent({ connections: concurrency });
  const [path, authorization] = [outside.gradeAddress(), await outside.token()];
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { statusCode, body } = await request(`${path}?username=bare-${left}`, {
        dispatcher,
        headers: { authorization },
      });
      await body.text();
      if (statusCode !== 200) throw new Error(`A look-up was answered ${statusCode}.`);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, caller));
  const wallMs = performance.now() - startedAt;
  await dispatcher.close();
  return { calls, wallMs };
}
