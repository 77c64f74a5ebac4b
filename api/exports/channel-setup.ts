import type { ChannelDefinition, SetupProblem } from '../../clients/channels/channel';
import { channelDefinition, channelKinds } from '../../clients/channels/registry';
import { addressProblem } from '../../clients/http/address-guard';
import { ApiError } from '../../contracts/api-error';
import type { ChannelBody } from '../../contracts/http/customers';
import type { ChannelSchedule, ChannelToStore, StoredChannel } from '../../db/exports/channels';
import type { CredentialChange } from '../../db/exports/credentials';
import type { ApiContext } from '../context';

interface ChannelRef {
  customerId: string;
  channelId: string;
}

/** Where neither the configuration nor the kind of channel sets a limit. */
const DEFAULT_LIMITS = { requestsPerSecond: 10, concurrency: 5, batchSize: 1 };

/**
 * The channel a request wants stored, if its kind accepts it and its addresses are public ones.
 * @throws ApiError `bad-request` with a pointer to each fault; no message repeats a credential.
 */
export function channelToStore(
  { settings, now }: ApiContext,
  ref: ChannelRef,
  body: ChannelBody,
  stored: StoredChannel | undefined,
): ChannelToStore {
  const definition = channelDefinition(body.kind);
  const problems = [
    ...(definition === null ? dryRunProblems(body) : setupProblems(definition, body, stored)),
    ...(settings.allowPrivateChannels ? [] : addressProblems(body)),
    ...scheduleProblems(body),
    ...(definition === null ? [] : limitProblems(definition, body)),
  ];
  if (problems.length > 0) throw invalid(problems);
  return {
    baseUrl: null,
    inDoubt: 'hold',
    dryRun: false,
    disabled: false,
    idpId: null,
    transmitTotalHours: false,
    ...plainFieldsOf(body),
    ...ref,
    limits: { ...DEFAULT_LIMITS, ...definition?.limits, ...body.limits },
    schedule: body.schedule ? toSchedule(body.schedule) : null,
    options: body.settings ?? {},
    modifiedAt: now(),
  };
}

/** The members that are stored as they came. */
function plainFieldsOf(body: ChannelBody): Omit<ChannelBody, 'credentials' | 'settings' | 'limits' | 'schedule'> {
  const { credentials: _credentials, settings: _settings, limits: _limits, schedule: _schedule, ...rest } = body;
  return rest;
}

/** What becomes of the credentials. @throws ApiError when there is nothing to seal them with. */
export function credentialChange({ settings }: ApiContext, { credentials }: ChannelBody): CredentialChange {
  if (credentials === undefined) return 'keep';
  if (credentials === null || Object.keys(credentials).length === 0) return null;
  if (settings.credentialKeys === undefined) {
    throw new ApiError('credential-keys-missing', 'CREDENTIAL_KEYS is not set; see docs/operations.md.');
  }
  return { values: credentials, keys: settings.credentialKeys };
}

/** A disabled channel may still lack credentials; stored ones were checked when they came. */
function setupProblems(
  definition: ChannelDefinition,
  { kind, baseUrl, settings = {}, credentials, disabled }: ChannelBody,
  stored: StoredChannel | undefined,
): SetupProblem[] {
  const problems = definition.validate({ kind, baseUrl: baseUrl ?? '', settings, credentials: credentials ?? {} });
  const hasStored = credentials === undefined && (stored?.credentialNames.length ?? 0) > 0;
  const mayLack = hasStored || (disabled === true && credentials == null);
  return problems.filter(({ field }) => !(mayLack && field.startsWith('credentials')));
}

/** Kinds without a sender yet: only dry runs are possible, so they need no credentials. */
function dryRunProblems({ dryRun, credentials }: ChannelBody): SetupProblem[] {
  const kinds = channelKinds().join(', ');
  if (dryRun !== true) return [{ field: 'kind', message: `can be one of ${kinds}; others with dryRun only` }];
  return credentials ? [{ field: 'credentials', message: 'are of no use to this kind of channel' }] : [];
}

/** The base address, and whatever else in the settings is an address. */
function addressProblems({ baseUrl, settings = {} }: ChannelBody): SetupProblem[] {
  const named = [['baseUrl', baseUrl], ...Object.entries(settings).map(([name, value]) => [`settings.${name}`, value])];
  return named.flatMap(([field, value]) => {
    if (typeof field !== 'string' || typeof value !== 'string' || !URL.canParse(value)) return [];
    const url = new URL(value);
    const problem = /^https?:$/.test(url.protocol) ? addressProblem(url) : null;
    return problem === null ? [] : [{ field, message: problem }];
  });
}

function limitProblems({ limits }: ChannelDefinition, body: ChannelBody): SetupProblem[] {
  const { batchSize = 1 } = body.limits ?? {};
  if (batchSize <= limits.batchSize) return [];
  return [{ field: 'limits.batchSize', message: `this kind of channel takes at most ${limits.batchSize}` }];
}

function scheduleProblems({ schedule }: ChannelBody): SetupProblem[] {
  try {
    if (schedule?.timeZone !== undefined) new Intl.DateTimeFormat('en', { timeZone: schedule.timeZone });
    return [];
  } catch {
    return [{ field: 'schedule.timeZone', message: 'is not a time zone, e.g. Europe/Paris' }];
  }
}

function toSchedule(schedule: NonNullable<ChannelBody['schedule']>): ChannelSchedule {
  return { timeZone: 'UTC', jitterSeconds: 0, paused: false, levels: ['completion'], ...schedule };
}

function invalid(problems: SetupProblem[]): ApiError {
  const errors = problems.map(({ field, message }) => ({
    in: 'body',
    pointer: `/${field.replaceAll('.', '/')}`,
    message,
  }));
  return new ApiError('bad-request', `body${errors[0]?.pointer ?? ''} ${errors[0]?.message ?? ''}`, { errors });
}
