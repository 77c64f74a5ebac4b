import { type Static, Type } from '@sinclair/typebox';
import type { CompletionRecord, ExportRecord } from '../../domain/exports/model';
import type {
  Channel,
  ChannelDefinition,
  ChannelDependencies,
  ChannelHealth,
  ChannelItem,
  ChannelSetup,
  Json,
  MapResult,
  RecordResult,
} from './channel';
import { requireAccepted, Exchange, type ChannelResponse, type ChannelRequest } from './channel-http';
import { namesFailure } from './failures-in-response';
import { healthOf } from './health';
import { percentOf } from './percent';
import { ChannelRejection, sendEach } from './rejection';
import { assertValid, joinUrl, problemsOf, textSetting } from './setup';
import { Session, Tokens } from './tokens';

const SCOPE = 'content:read,content:write,completions:write,completions:read';
const UNKNOWN_LEARNER = 'Invalid user identifier';
/** Degreed2 has one token for everything. */
const IDENTITY = '';

const shape = {
  remote: true,
  urls: ['tokenBaseUrl'],
  settings: Type.Object(
    /** Where tokens come from, if elsewhere; only its origin counts (golden degreed2/token-base-url). */
    { tokenBaseUrl: Type.Optional(textSetting) },
    { additionalProperties: false },
  ),
  credentials: Type.Object({ clientId: textSetting, clientSecret: textSetting }, { additionalProperties: false }),
};

type Settings = Static<typeof shape.settings>;
type Credentials = Static<typeof shape.credentials>;

const limits = { batchSize: 50, requestsPerSecond: 200 / 60 };

/** Degreed v2: a completion per request, passed ones only, as the platform's own client does (golden degreed2/*). */
export const degreed2: ChannelDefinition = {
  kind: 'DEGREED2',
  levels: ['completion'],
  limits,
  idempotent: false,
  credentialFields: Object.keys(shape.credentials.properties),
  validate: (setup) => problemsOf(shape, setup),
  open: (setup, dependencies) => new Degreed2(setup, dependencies),
};

class Degreed2 implements Channel {
  readonly kind = 'DEGREED2';
  readonly limits = limits;
  readonly idempotent = false;
  private readonly exchange: Exchange;
  private readonly tokens: Tokens;

  constructor(
    private readonly setup: ChannelSetup,
    dependencies: ChannelDependencies,
  ) {
    assertValid(shape, setup);
    const settings = setup.settings as Settings;
    const credentials = setup.credentials as Credentials;
    this.exchange = new Exchange(dependencies);
    const origin = settings.tokenBaseUrl === undefined ? null : new URL(settings.tokenBaseUrl).origin;
    const url = joinUrl(origin ?? setup.baseUrl, '/oauth/token');
    const form = {
      grant_type: 'client_credentials',
      scope: SCOPE,
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    };
    this.tokens = new Tokens({
      kind: 'DEGREED2',
      exchange: this.exchange,
      now: dependencies.now ?? Date.now,
      perLearner: false,
      request: (): ChannelRequest => ({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      }),
    });
  }

  map(record: ExportRecord): MapResult {
    if (record.kind !== 'completion') return { cannot: 'level-not-supported' };
    if (record.identity.email === null) return { cannot: 'no-channel-identity' };
    if (record.completedAt === null || !record.courseCompleted) return { cannot: 'not-completed' };
    return { payload: completionOf(record, record.identity.email, record.completedAt) };
  }

  send(batch: readonly ChannelItem[], signal = new AbortController().signal): Promise<RecordResult[]> {
    return sendEach(batch, signal, (item) => this.deliver(item, signal));
  }

  health(signal = new AbortController().signal): Promise<ChannelHealth> {
    return healthOf(() => this.tokens.getToken(IDENTITY, signal));
  }

  private async deliver({ key, record }: ChannelItem, signal: AbortSignal): Promise<RecordResult> {
    const mapped = this.map(record);
    if ('cannot' in mapped) return { key, outcome: 'cannot', reason: mapped.cannot };
    const session = new Session(this.tokens, this.exchange, IDENTITY, signal);
    const response = await session.send({
      method: 'POST',
      url: joinUrl(this.setup.baseUrl, '/api/v2/completions'),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(mapped.payload),
    });
    return { key, outcome: 'accepted', status: checkResponse(response).status };
  }
}

/** Times without zone, in UTC; a percent of zero is sent as null (golden degreed2/grade-percent-zero). */
function completionOf(record: CompletionRecord, email: string, completedAt: Date): Json {
  const percent = record.percent === null ? 0 : percentOf(record.percent);
  const attributes = {
    'user-id': email,
    'user-identifier-type': 'Email',
    'content-id': record.courseId,
    'content-id-type': 'externalId',
    'content-type': 'course',
    'completed-at': completedAt.toISOString().slice(0, 19),
    percentile: percent === 0 ? null : percent,
  };
  return { data: { attributes } };
}

function checkResponse(response: ChannelResponse): ChannelResponse {
  const { status } = response;
  if (status === 400 && response.text.includes(UNKNOWN_LEARNER))
    throw new ChannelRejection('learner-not-found', 'the learner is not known (400)', {
      status,
      learnerInactive: true,
    });
  if (namesFailure(requireAccepted(response, true)))
    throw new ChannelRejection('refused-in-answer', `the answer names a failure (${status})`, { status });
  return response;
}
