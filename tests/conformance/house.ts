import type { Knex } from 'knex';
import { connectDatabase } from '../../db/connect';
import { signDevToken } from '../../dev/dev-key';
import { type Stack, startStack } from '../../dev/stack';
import type { GoldenCase } from '../golden/cases';
import { ApiCalls } from './api-calls';
import type { Caller } from './case-plan';
import { providersFor } from './configurations';
import { SimulatorControl } from './simulator-control';

/** The running system as a conformance run sees it: the API in front, database and simulated platform behind. */
export interface House {
  /** The API as somebody of a case sees it: `staff` everywhere, everybody else in this course only. */
  api(caller: Caller, place: { courseId: string; learner: string }): Promise<ApiCalls>;
  knex: Knex;
  simulator: SimulatorControl;
  stop(): Promise<void>;
}

/** Short waits, no jitter, nothing but problems in the logs; review limits off, so that decided attempts may sleep. */
const ENVIRONMENT = {
  ATTEMPT_IDLE_MS: '200',
  EFFECT_BUDGET_MS: '1000',
  EFFECT_RETRY_INITIAL_MS: '100',
  DEADLINE_JITTER_MS: '0',
  QUESTION_TIMEOUT_MS: '10000',
  REVIEW_SLA_MS: '0',
  LOG_LEVEL: 'warn',
};

/** Starts a throw-away house with a provider for every configuration the cases were recorded under. */
export async function startHouse(cases: readonly GoldenCase[], log?: (line: string) => void): Promise<House> {
  const stack = await startStack({
    testClock: true,
    ignoreExternal: true,
    env: ENVIRONMENT,
    providers: (simulatorUrl) => providersFor(cases, simulatorUrl),
    ...(log ? { log } : {}),
  });
  try {
    return await openHouse(stack);
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function openHouse(stack: Stack): Promise<House> {
  const knex = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 10 });
  return {
    api: callers(stack, await signDevToken(stack.devKeyFile, { ...STAFF, expiresIn: '12h' })),
    knex,
    simulator: new SimulatorControl(stack.urls.simulator),
    stop: async () => {
      await knex.destroy();
      await stack.stop();
    },
  };
}

const STAFF = { sub: 'staff', scope: 'attempts:read attempts:write' };

function callers({ urls, devKeyFile }: Stack, staffToken: string): House['api'] {
  return async (caller, { courseId, learner }) => {
    if (caller === 'staff') return new ApiCalls(urls.api, staffToken, false);
    if (caller === null) return new ApiCalls(urls.api, null, true);
    const claims =
      caller === 'coursestaff'
        ? { ...STAFF, sub: caller, courses: [courseId] }
        : { sub: caller === 'u1' ? learner : caller, scope: 'attempts:take' };
    return new ApiCalls(urls.api, await signDevToken(devKeyFile, claims), true);
  };
}
