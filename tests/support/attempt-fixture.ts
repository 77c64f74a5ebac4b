import { randomUUID } from 'node:crypto';
import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';
import { DefaultLogger } from '@temporalio/worker';
import type { Knex } from 'knex';
import type { Dependencies } from '../../activities/attempts/dependencies';
import { buildActivities } from '../../activities/build-activities';
import { readSettings } from '../../config/settings';
import type { AttemptActivities, DecideResult } from '../../contracts/attempts/activities';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptKey, AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { findByKey } from '../../db/attempts/find';
import { type Learner, upsertLearner } from '../../db/courses/learners';
import { effectsOfAttempt, type StoredEffect } from '../../db/effects/effects';
import { Simulator } from '../../dev/simulator/simulator';
import { waitUntil } from '../../dev/wait-until';
import { buildPlatform } from '../../worker/build-platform';
import { anExam } from './attempt-builders';
import { cloneDatabase, type TestDatabase } from './test-database';

export const FIXTURE_PROVIDER = 'psi';
/** Expects every review within a second. */
export const IMPATIENT = 'impatient';

type ProviderAccess = (name: string) => { baseUrl: string; clientId: string; clientSecret: string };

export interface FixtureOptions {
  poolMax?: number;
  env?: Record<string, string>;
  /** Absent: FIXTURE_PROVIDER and IMPATIENT. `at` gives the simulator's address of a provider, and how to get in. */
  providers?: (at: ProviderAccess) => object[];
  /** Absent: signals are recorded in `woken`. */
  gateway?: Dependencies['gateway'];
}

type Applied = Extract<DecideResult, { kind: 'applied' }>;

/**
 * The real activities on a database of their own and the simulator. The pool has one connection, which must be enough. The
 * first try of effects has so much time that a slow machine changes no outcome.
 */
export class AttemptFixture {
  readonly activities: AttemptActivities;

  private constructor(
    private readonly database: TestDatabase,
    readonly simulator: Simulator,
    readonly dependencies: Dependencies,
    /** Owners of work that were woken by signal. */
    readonly woken: AttemptKey[],
  ) {
    this.activities = buildActivities(dependencies);
  }

  static async start({
    poolMax = 1,
    env = {},
    gateway,
    providers = usualProviders,
  }: FixtureOptions = {}): Promise<AttemptFixture> {
    const simulator = new Simulator();
    const [database, urls] = await Promise.all([cloneDatabase(poolMax), simulator.start()]);
    const access: ProviderAccess = (name) => ({
      baseUrl: urls.provider(name),
      clientId: 'invigil',
      clientSecret: 'secret',
    });
    const settings = readSettings({
      DATABASE_URL: database.url,
      CREDIT_URL: urls.base,
      GRADES_URL: urls.base,
      CERTIFICATES_URL: urls.base,
      INSTRUCTOR_URL: urls.base,
      SMTP_URL: urls.smtp,
      PLATFORM_TOKEN_URL: urls.token,
      PLATFORM_CLIENT_ID: 'invigil',
      PLATFORM_CLIENT_SECRET: 'secret',
      SERVICE_TIMEOUT_MS: '5000',
      EFFECT_BUDGET_MS: '10000',
      INVIGIL_PROVIDERS: JSON.stringify(providers(access)),
      ...env,
    });
    const woken: AttemptKey[] = [];
    const wake = async ({ examId, userId, attemptNumber }: AttemptKey): Promise<void> => {
      woken.push({ examId, userId, attemptNumber });
    };
    const recording = { signalWithStart: wake, signal: wake };
    const platform = buildPlatform(settings);
    const parts = { ...settings, knex: database.db, platform, gateway: gateway ?? recording };
    return new AttemptFixture(database, simulator, parts, woken);
  }

  get knex(): Knex {
    return this.database.db;
  }

  /** Ends once no request is under way that would still want to write its outcome. */
  async stop(): Promise<void> {
    this.simulator.faults.clear();
    await this.untilQuiet();
    await this.dependencies.platform.close();
    await Promise.all([this.simulator.stop(), this.database.drop()]);
  }

  /** Until every effect that was sent has its outcome. */
  async untilQuiet(): Promise<void> {
    const quiet = async () => (await this.knex('effects').where({ state: 'in_flight' })).length === 0;
    await waitUntil(quiet, { what: 'effects in flight', timeoutMs: 10_000 });
  }

  /** Until somebody asks the command's question. */
  async untilAsking(commandId: string): Promise<void> {
    const asked = async (): Promise<boolean> =>
      (await this.knex('commands').where({ command_id: commandId }).whereNotNull('asked_until')).length > 0;
    await waitUntil(asked, { what: 'the question', timeoutMs: 10_000, intervalMs: 5 });
  }

  /** What comes of a try of an effect that is due. */
  performed(effectId: string): Promise<string> {
    return asActivity(() => this.activities.performEffect({ effectId }));
  }

  /** The same activities with something else configured. */
  with(changes: Partial<Dependencies>): AttemptActivities {
    return buildActivities({ ...this.dependencies, ...changes });
  }

  /** The first attempt of a new learner on a new exam of a new course. */
  async newKey(given: { provider?: string } & Partial<Learner> = {}): Promise<AttemptKey> {
    const { provider = null, ...person } = given;
    const userId = `u-${randomUUID()}`;
    const exam = await anExam(this.knex, { courseId: `course-${userId}`, provider });
    const learner = { username: userId, email: `${userId}@example.org`, fullName: 'Ann Alder', active: true };
    await upsertLearner(this.knex, { userId, ...learner, ...person });
    return { examId: exam.id, userId, attemptNumber: 1 };
  }

  async decide(
    key: AttemptKey,
    command: CommandRequest,
    given: { commandId?: string; activities?: AttemptActivities } = {},
  ): Promise<DecideResult> {
    const { commandId = randomUUID(), activities = this.activities } = given;
    const input = { key, commandId, command, nowMs: Date.now(), confirmedVersion: 0 };
    const result = await activities.decide(input);
    if (result.kind !== 'ask') return result;
    await activities.askOutside({ commandId, key });
    return this.decide(key, command, { ...given, commandId });
  }

  /** A status change that has to be accepted. */
  async change(key: AttemptKey, to: string, activities?: AttemptActivities): Promise<AttemptState> {
    const result = await this.decide(key, { type: 'changeStatus', to }, activities ? { activities } : {});
    expect(result).toMatchObject({ kind: 'applied' });
    return (result as Applied).state;
  }

  /** A new attempt in status `created`, registered with its provider. */
  async created(): Promise<AttemptKey> {
    const key = await this.newKey();
    const result = await this.decide(key, { type: 'create', takingAsProctored: true });
    expect(result).toMatchObject({ kind: 'applied' });
    return key;
  }

  async attempt(key: AttemptKey): Promise<AttemptView> {
    const found = await findByKey(this.knex, key, new Date());
    if (!found) throw new Error('There is no such attempt');
    return found.view;
  }

  async effects(key: AttemptKey): Promise<StoredEffect[]> {
    return effectsOfAttempt(this.knex, (await this.attempt(key)).attemptId);
  }

  async effect(key: AttemptKey, name: string): Promise<StoredEffect> {
    const found = (await this.effects(key)).findLast((one) => one.name === name);
    if (!found) throw new Error(`There is no effect ${name}`);
    return found;
  }

  /** What took place outside for a learner, in order. */
  applied(key: AttemptKey, service: string): { effect: string; body: unknown; idempotencyKey: string | null }[] {
    return this.simulator.journal.appliedEffects({ service, userId: key.userId });
  }

  /** Requests for a learner that were to change something outside. */
  requests(key: AttemptKey, service: string): number {
    return this.simulator.journal.log({ service, userId: key.userId }).filter(({ method }) => method !== 'GET').length;
  }
}

function usualProviders(at: ProviderAccess): object[] {
  const provider = { title: 'PSI', supportsOnboarding: false, ruleSet: 'current', ...at(FIXTURE_PROVIDER) };
  return [
    { name: FIXTURE_PROVIDER, ...provider },
    { name: IMPATIENT, ...provider, overrides: { reviewSlaMs: 1_000 } },
  ];
}

/** Runs an activity function as the SDK's worker would: in a context that says which try this is. */
export function asActivity<T>(work: () => Promise<T>, attempt = 1): Promise<T> {
  const never = new Promise<never>(() => undefined);
  const quiet = new DefaultLogger('ERROR', () => undefined);
  const [info, signal] = [{ attempt } as Info, new AbortController().signal];
  const context = new Context(info, never, signal, () => undefined, undefined, quiet, noopMetricMeter, {});
  return asyncLocalStorage.run(context, work);
}
