import { Agent, request } from 'undici';
import { workThrough } from '../../dev/bounded-work';
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
  const lookUp = async (n: number): Promise<void> => {
    const { statusCode, body } = await request(`${path}?username=bare-${n}`, {
      dispatcher,
      headers: { authorization },
    });
    await body.text();
    if (statusCode !== 200) throw new Error(`A look-up was answered ${statusCode}.`);
  };
  const startedAt = performance.now();
  await workThrough([...Array(calls).keys()], concurrency, lookUp);
  const wallMs = performance.now() - startedAt;
  await dispatcher.close();
  return { calls, wallMs };
}
