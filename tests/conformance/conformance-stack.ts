import type { Knex } from 'knex';
import { type DevTokenClaims, signDevToken } from '../../config/dev-key';
import type { SealingKeys } from '../../config/sealing-keys';
import { readSettings } from '../../config/settings';
import { connectDatabase } from '../../db/core/connect';
import { LearnerModel } from '../../db/core/models';
import { ApiClient } from '../../dev/api-client';
import type { Child } from '../../dev/children';
import { freePort } from '../../dev/ports';
import { type Stack, startStack } from '../../dev/stack';
import { typescriptChild } from '../../dev/stack-children';
import type { RuleSet } from '../../domain/attempts/rule-sets';
import { GOLDEN_PLATFORM_URL } from '../golden/rows';
import { providersFor } from '../support/recorded-providers';
import { ApiCalls } from './api-calls';
import type { CaseCaller } from './case-plan';
import { ExportApi } from './exports/export-api';
import { OutsideWorld } from './outside-world';
import { OfficeApi } from './qualification/office-api';

/** The running system as a conformance run sees it: the API in front, database and simulated platform behind. */
export interface ConformanceStack {
  /** The API as somebody of a case sees it: `staff` everywhere, everybody else in this course only. */
  api(caller: CaseCaller, scope: { courseId: string; learner: string }): Promise<ApiCalls>;
  /** The API as the owner of a token sees it; null = without one. Refusals are answers. */
  as(claims: DevTokenClaims | null): Promise<ApiCalls>;
  /** The same, at an installation where publishing special exams is switched off. */
  withoutSpecialExams(claims: DevTokenClaims): Promise<ApiCalls>;
  /** The same for exam offices; at an installation that lacks a plugin where one is named. */
  office(claims: DevTokenClaims | null, withoutPlugin?: string): Promise<OfficeApi>;
  /** The API of learner exports as an operator of all customers uses it. */
  exports: ExportApi;
  knex: Knex;
  /** What links to recordings are sealed with in the database. */
  keys: SealingKeys | undefined;
  simulator: OutsideWorld;
  stop(): Promise<void>;
}

/** The plugins of the recorded installation, in the order they were configured in. */
const RECORDED_PLUGINS = ['approved.all', 'approved.subset', 'points', 'select'];

/** Short waits, no jitter, nothing but problems in the logs; review limits off, so that decided attempts may sleep. */
const ENVIRONMENT = {
  ATTEMPT_IDLE_MS: '200',
  EFFECT_BUDGET_MS: '1000',
  EFFECT_RETRY_INITIAL_MS: '100',
  DEADLINE_JITTER_MS: '0',
  QUESTION_TIMEOUT_MS: '10000',
  REVIEW_SLA_MS: '0',
  REVIEW_DUPLICATE_WINDOW_MS: '0',
  EXPORT_LOOKUP_TRIES: '2',
  EXPORT_SEND_TRIES: '2',
  EXPORT_RETRY_MS: '20',
  EXPORT_PATIENCE_MS: '2000',
  SERVICE_TIMEOUT_MS: '3000',
  LOG_LEVEL: 'warn',
  LEARNING_PLATFORM_URL: GOLDEN_PLATFORM_URL,
  QUALIFICATION_PLUGINS: RECORDED_PLUGINS.join(','),
};

/** Starts a throw-away stack with a provider for every configuration something was recorded under. */
export async function startConformanceStack(
  configurations: readonly RuleSet[],
  log?: (line: string) => void,
): Promise<ConformanceStack> {
  const processes = await startStack({
    testClock: true,
    ignoreExternal: true,
    env: ENVIRONMENT,
    providers: (simulatorUrl) => providersFor(configurations, simulatorUrl),
    ...(log ? { log } : {}),
  });
  try {
    return await openConformanceStack(processes);
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

async function openConformanceStack(processes: Stack): Promise<ConformanceStack> {
  const knex = connectDatabase({ url: processes.env['DATABASE_URL'] ?? '', poolMax: 10 });
  await LearnerModel.query(knex).insert(ACCOUNTS.map(accountRow)).onConflict('user_id').ignore();
  const others = new OtherApis(processes);
  const as = async (url: string, claims: DevTokenClaims | null): Promise<ApiCalls> =>
    new ApiCalls(url, claims && (await signDevToken(processes.devKeyFile, { ...claims, expiresIn: '12h' })), true);
  return {
    api: callers(processes, await signDevToken(processes.devKeyFile, { ...STAFF, expiresIn: '12h' })),
    as: (claims) => as(processes.urls.api, claims),
    withoutSpecialExams: async (claims) => as(await others.url({ ENABLE_SPECIAL_EXAMS: '0' }), claims),
    office: async (claims, withoutPlugin) => {
      const offered = RECORDED_PLUGINS.filter((id) => id !== withoutPlugin);
      const url =
        withoutPlugin === undefined
          ? processes.urls.api
          : await others.url({ QUALIFICATION_PLUGINS: offered.join(',') });
      return new OfficeApi(url, claims && (await signDevToken(processes.devKeyFile, { ...claims, expiresIn: '12h' })));
    },
    exports: new ExportApi(
      new ApiClient(processes.urls.api, await signDevToken(processes.devKeyFile, { ...EXPORTER, expiresIn: '12h' })),
    ),
    knex,
    keys: readSettings(processes.env).credentialKeys,
    simulator: new OutsideWorld(processes.urls.simulator),
    stop: async () => {
      await others.stop();
      await knex.destroy();
      await processes.stop();
    },
  };
}

/** Accounts of the recorded installation that are learners of no case; vendors name them as reviewers. */
const ACCOUNTS = ['staff', 'coursestaff', 'reviewer', 'outsider'];

function accountRow(userId: string): Partial<LearnerModel> {
  return { userId, username: userId, email: `${userId}@example.org`, fullName: userId, active: true };
}

/** What an installation offers is read at start, so another one takes an API of its own; started when first asked for. */
class OtherApis {
  private readonly started = new Map<string, Promise<{ url: string; child: Child }>>();

  constructor(private readonly processes: Stack) {}

  async url(differing: Record<string, string>): Promise<string> {
    const name = JSON.stringify(differing);
    const known = this.started.get(name) ?? this.start(differing, `other-api-${this.started.size + 1}`);
    this.started.set(name, known);
    return (await known).url;
  }

  async stop(): Promise<void> {
    for (const starting of this.started.values()) await (await starting).child.stop();
  }

  private async start(differing: Record<string, string>, name: string): Promise<{ url: string; child: Child }> {
    const { env, logDir } = this.processes;
    const port = await freePort();
    const own = { ...env, PORT: String(port), ...differing };
    const url = `http://127.0.0.1:${port}`;
    // It lives, and that is enough: with other plugins than the workers have it never says that it is ready.
    const child = typescriptChild(name, ['api/server.ts'], own, `${url}/healthz`, { logDir });
    await child.start();
    return { url, child };
  }
}

const EXPORTER = { sub: 'exporter', scope: 'exports:read exports:write' };
const STAFF = { sub: 'staff', scope: 'attempts:read attempts:write ops:act' };

function callers({ urls, devKeyFile }: Stack, staffToken: string): ConformanceStack['api'] {
  return async (caller, { courseId, learner }) => {
    if (caller === 'staff') return new ApiCalls(urls.api, staffToken, false);
    if (caller === null) return new ApiCalls(urls.api, null, true);
    if (caller === 'vendor') {
      return new ApiCalls(urls.api, await signDevToken(devKeyFile, { sub: 'reviewer', scope: 'callbacks' }), true);
    }
    const claims =
      caller === 'coursestaff'
        ? { ...STAFF, sub: caller, courses: [courseId] }
        : { sub: caller === 'u1' ? learner : caller, scope: 'attempts:take' };
    return new ApiCalls(urls.api, await signDevToken(devKeyFile, claims), true);
  };
}
