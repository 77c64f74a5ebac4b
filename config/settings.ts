import { readFileSync } from 'node:fs';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { AttemptTimings } from '../contracts/attempts/messages';
import { type Env, EnvReader, SettingsError } from './env-reader';
import { type ExportSettings, readExportSettings } from './export-settings';
import { parseSealingKeys, type SealingKeys } from './sealing-keys';

export { SettingsError };

const Provider = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    title: Type.String(),
    supportsOnboarding: Type.Boolean(),
    /** Base URL of the provider's edX REST protocol; absent = provider effects are skipped, registration is local. */
    baseUrl: Type.Optional(Type.String()),
    clientId: Type.Optional(Type.String()),
    clientSecret: Type.Optional(Type.String()),
    ruleSet: Type.Union([Type.Literal('classic'), Type.Literal('current')]),
    /** What its reviews mean: under `current`, a REST vendor's "violation" never passes. Unset: as the callback came. */
    protocol: Type.Optional(Type.Union([Type.Literal('software_secure'), Type.Literal('rest')])),
    /** SoftwareSecure callbacks must carry it in X-Callback-Secret; then the reviewer they name is believed. */
    callbackSecret: Type.Optional(Type.String({ minLength: 16 })),
    /** SoftwareSecure callbacks must come from one of these addresses. */
    callbackAddresses: Type.Optional(Type.Array(Type.String({ minLength: 2 }))),
    /** Fields of the rule set that differ; checked by `resolveRules`. */
    overrides: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

export type ProviderSettings = Static<typeof Provider>;

/** Everything read from the environment, once. Holds secrets: log only through `redactSettings`. */
export interface Settings {
  databaseUrl: string;
  databasePoolMax: number;
  temporalAddress: string;
  temporalNamespace: string;
  /** Base of links into Temporal's UI, without trailing slash. */
  temporalUiUrl: string;
  host: string;
  port: number;
  workerHealthPort: number;
  /** Errors of workflow code carry stack traces, at a third more CPU per workflow task. */
  workflowStackTraces: boolean;
  testClock: boolean;
  /** ENABLE_SPECIAL_EXAMS of the specification; off: publishing a course does nothing. */
  specialExams: boolean;
  providers: ProviderSettings[];
  services: {
    credit?: string;
    grades?: string;
    certificates?: string;
    instructor?: string;
    courses?: string;
    timeoutMs: number;
    tokenUrl?: string;
    clientId?: string;
    clientSecret?: string;
  };
  smtpUrl?: string;
  mailFrom: string;
  /** The platform's details in mails; absent ones are left out. */
  mailTexts: { platformName?: string; courseUrl?: string; contactUrl?: string };
  /**
   * Key of the learner ids providers see; changing it changes the id of every learner. Absent: the provider's client
   * secret, then its name.
   */
  obfuscationKey?: string;
  /** Keys that credentials and links to recordings are sealed with at rest; absent: storing one is refused. */
  credentialKeys?: SealingKeys;
  /** Channels may have addresses inside this network and plain http: for development and tests only. */
  allowPrivateChannels: boolean;
  auth: { jwksUrl?: string; issuer?: string; audience?: string; devKeyFile?: string };
  timings: AttemptTimings;
  effectBudgetMs: number;
  effectLeaseMs: number;
  relay: { intervalMs: number; graceMs: number };
  reviewSlaMs: number;
  /** The same body for the same attempt within this time is one callback; 0 = never. */
  duplicateWindowMs: number;
  /** Base of the exam pages that launch callbacks lead to; absent = the caller's own host. */
  platformUrl?: string;
  exports: ExportSettings;
  maxCachedWorkflows: number;
  maxConcurrentWorkflowTasks: number;
  maxConcurrentLocalActivities: number;
  logLevel: string;
}

/** Reads and checks the environment. @throws SettingsError naming each missing or malformed variable. */
export function readSettings(env: Env = process.env): Settings {
  const reader = new EnvReader(env);
  const settings: Settings = {
    databaseUrl: reader.text('DATABASE_URL'),
    databasePoolMax: reader.integer('DATABASE_POOL_MAX', 5),
    temporalAddress: reader.text('TEMPORAL_ADDRESS', '127.0.0.1:7233'),
    temporalNamespace: reader.text('TEMPORAL_NAMESPACE', 'default'),
    temporalUiUrl: reader.text('TEMPORAL_UI_URL', 'http://127.0.0.1:8233').replace(/\/+$/, ''),
    host: reader.text('HOST', '127.0.0.1'),
    port: reader.integer('PORT', 8080),
    workerHealthPort: reader.integer('WORKER_HEALTH_PORT', 8081),
    testClock: env['INVIGIL_TEST_CLOCK'] === '1',
    workflowStackTraces: env['WORKFLOW_STACK_TRACES'] === '1',
    specialExams: env['ENABLE_SPECIAL_EXAMS'] !== '0',
    providers: readProviders(reader, env),
    services: readServices(reader),
    ...reader.optional('smtpUrl', 'SMTP_URL'),
    mailFrom: reader.text('MAIL_FROM', 'no-reply@example.org'),
    mailTexts: {
      ...reader.optional('platformName', 'MAIL_PLATFORM_NAME'),
      ...reader.optional('courseUrl', 'MAIL_COURSE_URL'),
      ...reader.optional('contactUrl', 'MAIL_CONTACT_URL'),
    },
    ...reader.optional('obfuscationKey', 'USER_OBFUSCATION_KEY'),
    ...readCredentialKeys(reader, env),
    allowPrivateChannels: env['CHANNELS_ALLOW_PRIVATE'] === '1',
    auth: {
      ...reader.optional('jwksUrl', 'AUTH_JWKS_URL'),
      ...reader.optional('issuer', 'AUTH_ISSUER'),
      ...reader.optional('audience', 'AUTH_AUDIENCE'),
      ...reader.optional('devKeyFile', 'AUTH_DEV_KEY_FILE'),
    },
    timings: {
      idleMs: reader.integer('ATTEMPT_IDLE_MS', 30_000),
      questionTimeoutMs: reader.integer('QUESTION_TIMEOUT_MS', 10_000),
      effectRetryInitialMs: reader.integer('EFFECT_RETRY_INITIAL_MS', 1_000),
      effectRetryMaxMs: reader.integer('EFFECT_RETRY_MAX_MS', 300_000),
      effectGiveUpMs: reader.integer('EFFECT_GIVE_UP_MS', 7 * 86_400_000),
      deadlineJitterMs: reader.integer('DEADLINE_JITTER_MS', 2_000),
    },
    effectBudgetMs: reader.integer('EFFECT_BUDGET_MS', 1_000),
    effectLeaseMs: reader.integer('EFFECT_LEASE_MS', 30_000),
    relay: {
      intervalMs: reader.integer('RELAY_INTERVAL_MS', 5_000),
      graceMs: reader.integer('RELAY_GRACE_MS', 30_000),
    },
    reviewSlaMs: reader.integer('REVIEW_SLA_MS', 5 * 86_400_000),
    duplicateWindowMs: reader.integer('REVIEW_DUPLICATE_WINDOW_MS', 600_000),
    ...reader.optional('platformUrl', 'LEARNING_PLATFORM_URL'),
    exports: readExportSettings(reader),
    maxCachedWorkflows: reader.integer('MAX_CACHED_WORKFLOWS', 2_000),
    maxConcurrentWorkflowTasks: reader.integer('MAX_CONCURRENT_WORKFLOW_TASKS', 40),
    maxConcurrentLocalActivities: reader.integer('MAX_CONCURRENT_LOCAL_ACTIVITIES', 100),
    logLevel: reader.text('LOG_LEVEL', 'info'),
  };
  checkCombinations(reader, settings);
  reader.throwIfFaulty();
  return settings;
}

function readServices(reader: EnvReader): Settings['services'] {
  return {
    ...reader.optional('credit', 'CREDIT_URL'),
    ...reader.optional('grades', 'GRADES_URL'),
    ...reader.optional('certificates', 'CERTIFICATES_URL'),
    ...reader.optional('instructor', 'INSTRUCTOR_URL'),
    ...reader.optional('courses', 'COURSES_URL'),
    ...reader.optional('tokenUrl', 'PLATFORM_TOKEN_URL'),
    ...reader.optional('clientId', 'PLATFORM_CLIENT_ID'),
    ...reader.optional('clientSecret', 'PLATFORM_CLIENT_SECRET'),
    timeoutMs: reader.integer('SERVICE_TIMEOUT_MS', 10_000),
  };
}

/** Checks that combinations of valid values are usable. */
function checkCombinations(reader: EnvReader, settings: Settings): void {
  reader.check(
    settings.maxCachedWorkflows >= 4 * settings.maxConcurrentWorkflowTasks,
    'MAX_CACHED_WORKFLOWS must be at least 4 x MAX_CONCURRENT_WORKFLOW_TASKS: below it updates stall for seconds',
  );
  reader.check(
    settings.effectLeaseMs > settings.services.timeoutMs,
    'EFFECT_LEASE_MS must be longer than SERVICE_TIMEOUT_MS: else a second request may leave while the first is under way',
  );
}

/** The settings with every secret and every password inside a URL masked. */
export function redactSettings(settings: Settings): unknown {
  const secret = /secret|password|token$|obfuscationKey/i;
  const mask = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    return secret.test(key) ? '[redacted]' : value.replace(/(\w+:\/\/[^:/?#@]*):[^/?#]*@/, '$1:[redacted]@');
  };
  return JSON.parse(JSON.stringify(settings, mask));
}

/** INVIGIL_PROVIDERS: a JSON list, or `@file` holding one. In production every provider must name its rule set. */
function readProviders(reader: EnvReader, env: Env): ProviderSettings[] {
  const raw = env['INVIGIL_PROVIDERS'];
  if (!raw) return [];
  try {
    const parsed: unknown = JSON.parse(raw.startsWith('@') ? readFileSync(raw.slice(1), 'utf8') : raw);
    if (!Array.isArray(parsed)) throw new Error('is not a list');
    return parsed.flatMap((entry: unknown) => {
      const full = env['NODE_ENV'] === 'production' ? entry : { ruleSet: 'classic', ...(entry as object) };
      const first = [...Value.Errors(Provider, full)][0];
      if (!first) return [full as ProviderSettings];
      reader.addProblem(`INVIGIL_PROVIDERS ${first.path || '(entry)'}: ${first.message}`);
      return [];
    });
  } catch (error) {
    reader.addProblem(`INVIGIL_PROVIDERS: ${(error as Error).message}`);
    return [];
  }
}

const KEYS_NEEDED =
  'CREDENTIAL_KEYS is not set: in production links to recordings and credentials are only kept sealed; see docs/operations.md';

/**
 * CREDENTIAL_KEYS: `id:base64` entries, the first one seals, or `@file` holding them. Needed in production: without them
 * every review with a recording would have to be refused.
 */
function readCredentialKeys(reader: EnvReader, env: Env): { credentialKeys?: SealingKeys } {
  const raw = env['CREDENTIAL_KEYS'];
  reader.check(Boolean(raw) || env['NODE_ENV'] !== 'production', KEYS_NEEDED);
  if (!raw) return {};
  try {
    return { credentialKeys: parseSealingKeys(raw.startsWith('@') ? readFileSync(raw.slice(1), 'utf8') : raw) };
  } catch (error) {
    reader.addProblem(`CREDENTIAL_KEYS: ${(error as Error).message}`);
    return {};
  }
}
