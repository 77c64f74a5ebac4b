import type { AttemptTimings } from '../contracts/attempts/messages';
import type { RuleSet } from '../domain/attempts/rule-sets';
import { type AuthSettings, checkCallersAreKnown, readAuth } from './auth-settings';
import { type Env, EnvReader, SettingsError } from './env-reader';
import { type ExportSettings, readExportSettings } from './export-settings';
import { checkGuards } from './guarded-providers';
import { checkTextProviders } from './mail-texts';
import { type ProviderSettings, readDefaultRuleSet, readProviders } from './provider-settings';
import { type QualificationSettings, readQualificationSettings } from './qualification-settings';
import { readCredentialKeys, type SealingKeys } from './sealing-keys';
import { readServers, type ServerSettings } from './server-settings';
import { type MailSettings, readMail, readServices, type ServiceSettings } from './service-settings';
import { checkVendorClients, readPublicUrl } from './vendor-clients';

export { type ProviderSettings, SettingsError };

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything read from the environment, once. Holds secrets: log only through `redactSettings`. */
export interface Settings extends ServerSettings, MailSettings {
  /** Errors of workflow code carry stack traces, at a third more CPU per workflow task. */
  workflowStackTraces: boolean;
  testClock: boolean;
  /** ENABLE_SPECIAL_EXAMS of the specification; off: publishing a course does nothing. */
  specialExams: boolean;
  providers: ProviderSettings[];
  /** The rules of attempts that belong to no configured provider. */
  defaultRuleSet: RuleSet['name'];
  services: ServiceSettings;
  /**
   * Key of the learner ids providers see; changing it changes the id of every learner. Absent: the provider's client
   * secret, then its name.
   */
  obfuscationKey?: string;
  /** Keys that credentials and links to recordings are sealed with at rest; absent: storing one is refused. */
  credentialKeys?: SealingKeys;
  /** Channels may have addresses inside this network and plain http: for development and tests only. */
  allowPrivateChannels: boolean;
  auth: AuthSettings;
  /** Where callers reach this service; the issuer of vendors' tokens. Without trailing slash. */
  publicUrl?: string;
  timings: AttemptTimings;
  effectBudgetMs: number;
  effectLeaseMs: number;
  relay: { intervalMs: number; graceMs: number };
  /** How often a worker compares some rows with their workflows; 0 = never. */
  reconcileIntervalMs: number;
  reviewSlaMs: number;
  /** The same body for the same attempt within this time is one callback; 0 = never. */
  duplicateWindowMs: number;
  /** Base of the exam pages that launch callbacks lead to; absent = the caller's own host. */
  platformUrl?: string;
  exports: ExportSettings;
  qualification: QualificationSettings;
  maxCachedWorkflows: number;
  maxConcurrentWorkflowTasks: number;
  maxConcurrentLocalActivities: number;
  logLevel: string;
}

/** Reads and checks the environment. @throws SettingsError naming each missing or malformed variable. */
export function readSettings(env: Env = process.env): Settings {
  return read(new EnvReader(env));
}

/** The same for the API, which in production must know who signs its callers' tokens. @throws SettingsError */
export function readApiSettings(env: Env = process.env): Settings {
  const reader = new EnvReader(env);
  checkCallersAreKnown(reader);
  return read(reader);
}

function read(reader: EnvReader): Settings {
  const settings: Settings = {
    ...readServers(reader),
    ...readMail(reader),
    ...reader.optional('obfuscationKey', 'USER_OBFUSCATION_KEY'),
    ...readCredentialKeys(reader),
    ...reader.optionalUrl('platformUrl', 'LEARNING_PLATFORM_URL'),
    workflowStackTraces: reader.isOn('WORKFLOW_STACK_TRACES'),
    testClock: reader.isOn('INVIGIL_TEST_CLOCK'),
    specialExams: reader.raw('ENABLE_SPECIAL_EXAMS') !== '0',
    allowPrivateChannels: reader.isOn('CHANNELS_ALLOW_PRIVATE'),
    providers: readProviders(reader),
    defaultRuleSet: readDefaultRuleSet(reader),
    services: readServices(reader),
    auth: readAuth(reader),
    ...readPublicUrl(reader),
    timings: readTimings(reader),
    effectBudgetMs: reader.integer('EFFECT_BUDGET_MS', 1_000),
    effectLeaseMs: reader.integer('EFFECT_LEASE_MS', 30_000),
    relay: {
      intervalMs: reader.integer('RELAY_INTERVAL_MS', 5_000),
      graceMs: reader.integer('RELAY_GRACE_MS', 30_000),
    },
    reconcileIntervalMs: reader.integer('RECONCILE_INTERVAL_MS', 300_000),
    reviewSlaMs: reader.integer('REVIEW_SLA_MS', 5 * 86_400_000),
    duplicateWindowMs: reader.integer('REVIEW_DUPLICATE_WINDOW_MS', 600_000),
    exports: readExportSettings(reader),
    qualification: readQualificationSettings(reader),
    maxCachedWorkflows: reader.integer('MAX_CACHED_WORKFLOWS', 2_000),
    maxConcurrentWorkflowTasks: reader.integer('MAX_CONCURRENT_WORKFLOW_TASKS', 40),
    maxConcurrentLocalActivities: reader.integer('MAX_CONCURRENT_LOCAL_ACTIVITIES', 100),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  checkCombinations(reader, settings);
  reader.throwIfFaulty();
  return settings;
}

function readTimings(reader: EnvReader): AttemptTimings {
  return {
    idleMs: reader.integer('ATTEMPT_IDLE_MS', 30_000),
    questionTimeoutMs: reader.integer('QUESTION_TIMEOUT_MS', 8_000),
    effectRetryInitialMs: reader.integer('EFFECT_RETRY_INITIAL_MS', 1_000),
    effectRetryMaxMs: reader.integer('EFFECT_RETRY_MAX_MS', 300_000),
    effectGiveUpMs: reader.integer('EFFECT_GIVE_UP_MS', 7 * 86_400_000),
    deadlineJitterMs: reader.integer('DEADLINE_JITTER_MS', 2_000),
  };
}

/** Checks that combinations of valid values are usable. */
function checkCombinations(reader: EnvReader, settings: Settings): void {
  checkVendorClients(reader, settings);
  checkGuards(reader, settings.providers);
  checkTextProviders(reader, settings.mailTexts.own, settings.providers);
  reader.check(
    settings.maxCachedWorkflows >= 4 * settings.maxConcurrentWorkflowTasks,
    'MAX_CACHED_WORKFLOWS must be at least 4 x MAX_CONCURRENT_WORKFLOW_TASKS: below it updates stall for seconds',
  );
  reader.check(
    settings.effectLeaseMs > settings.services.timeoutMs,
    'EFFECT_LEASE_MS must be longer than SERVICE_TIMEOUT_MS: else a second request may leave while the first is under way',
  );
}
