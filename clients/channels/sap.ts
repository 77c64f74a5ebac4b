import { type Static, Type } from '@sinclair/typebox';
import type { CompletionRecord, ExportRecord } from '../../domain/exports/model';
import {
  type Channel,
  type ChannelDefinition,
  type ChannelDependencies,
  type ChannelHealth,
  type ChannelItem,
  type ChannelSetup,
  type MapResult,
  type RecordResult,
} from './channel';
import { requireAccepted, Exchange, type ChannelResponse, type ChannelRequest } from './channel-http';
import { namesFailure } from './failures-in-response';
import { healthOf } from './health';
import { ChannelRejection, sendEach } from './rejection';
import { basicAuthorization, assertValid, joinUrl, problemsOf, textSetting } from './setup';
import { Session, Tokens } from './tokens';

const TOKEN_PATH = '/learning/oauth-api/rest/v1/token';
const LEARNER_PATH = '/learning/odatav4/public/admin/ocn-service/v1/current-user/item/learning-event';
const ADMIN_PATH = '/learning/odatav4/public/admin/learningevent-service/v1/OCNLearningEvents';
/** SAP drops completions of the future without a word (KBA 2381980); clocks may differ by this much. */
const FUTURE_TOLERANCE_MS = 60_000;
const INACTIVE = 'user account is inactive';

const shape = {
  remote: true,
  settings: Type.Object(
    {
      companyId: textSetting,
      /** The account whose session reports for learners where they may not report themselves. */
      userId: textSetting,
      providerId: Type.Optional(textSetting),
      /** Completions go through the administrator's session, on its own path. */
      preventSelfSubmit: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  credentials: Type.Object({ key: textSetting, secret: textSetting }, { additionalProperties: false }),
};

type Settings = Static<typeof shape.settings>;
type Credentials = Static<typeof shape.credentials>;

const limits = { batchSize: 10, requestsPerSecond: 100 / 60 };

/** SAP SuccessFactors: one learning event per request, in the session of the learner it is about (golden sap/*). */
export const sap: ChannelDefinition = {
  kind: 'SAP',
  levels: ['completion'],
  limits,
  idempotent: false,
  credentialFields: Object.keys(shape.credentials.properties),
  validate: (setup) => problemsOf(shape, setup),
  open: (setup, dependencies) => new Sap(setup, dependencies),
};

class Sap implements Channel {
  readonly kind = 'SAP';
  readonly limits = limits;
  readonly idempotent = false;
  private readonly settings: ReturnType<typeof settingsOf>;
  private readonly exchange: Exchange;
  private readonly tokens: Tokens;
  private readonly now: () => number;

  constructor(setup: ChannelSetup, dependencies: ChannelDependencies) {
    this.settings = settingsOf(setup);
    this.exchange = new Exchange(dependencies);
    this.now = dependencies.now ?? Date.now;
    const { exchange, now } = this;
    const request = (identity: string): ChannelRequest => this.tokenRequest(identity);
    this.tokens = new Tokens({ kind: 'SAP', exchange, now, request, perLearner: !this.settings.preventSelfSubmit });
  }

  map(record: ExportRecord): MapResult {
    if (record.kind !== 'completion') return { cannot: 'level-not-supported' };
    if (record.identity.remoteId === null) return { cannot: 'no-channel-identity' };
    if (record.completedAt === null) return { cannot: 'not-completed' };
    return { payload: this.event(record, record.identity.remoteId, record.completedAt) };
  }

  send(batch: readonly ChannelItem[], signal = new AbortController().signal): Promise<RecordResult[]> {
    return sendEach(batch, signal, (item) => this.deliver(item, signal));
  }

  health(signal = new AbortController().signal): Promise<ChannelHealth> {
    return healthOf(() => this.tokens.getToken(this.settings.userId, signal));
  }

  private async deliver({ key, record }: ChannelItem, signal: AbortSignal): Promise<RecordResult> {
    const mapped = this.map(record);
    if ('cannot' in mapped) return { key, outcome: 'cannot', reason: mapped.cannot };
    this.checkDate(record as CompletionRecord);
    const identity = this.settings.preventSelfSubmit ? this.settings.userId : (record.identity.remoteId ?? '');
    const session = new Session(this.tokens, this.exchange, identity, signal);
    const response = await session.send({
      method: 'POST',
      url: joinUrl(this.settings.baseUrl, this.settings.preventSelfSubmit ? ADMIN_PATH : LEARNER_PATH),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(mapped.payload),
    });
    return { key, outcome: 'accepted', status: checkResponse(response).status };
  }

  private checkDate({ completedAt }: CompletionRecord): void {
    if (completedAt && completedAt.getTime() > this.now() + FUTURE_TOLERANCE_MS)
      throw new ChannelRejection('completed-in-future', 'the completion date lies in the future', { retryable: true });
  }

  /** Hours count as credit hours too (golden sap/total-hours, newer client). The learner's own path takes flags as text. */
  private event(
    record: CompletionRecord,
    userId: string,
    completedAt: Date,
  ): Record<string, string | number | boolean> {
    const completed = record.courseCompleted ?? false;
    const hours = record.totalHours ?? 0;
    return {
      userID: userId,
      courseID: record.courseId,
      providerID: this.settings.providerId ?? 'EDX',
      courseCompleted: this.settings.preventSelfSubmit ? completed : String(completed),
      completedTimestamp: completedAt.getTime(),
      grade: record.grade ?? '',
      totalHours: hours,
      creditHours: hours,
    };
  }

  /** User type `user` for administrators too, as recorded (golden sap/prevent-self-submit, sap/user-type-admin). */
  private tokenRequest(userId: string): ChannelRequest {
    const { companyId, key, secret, baseUrl } = this.settings;
    const scope = { userId, companyId, userType: 'user', resourceType: 'learning_public_api' };
    return {
      method: 'POST',
      url: joinUrl(baseUrl, TOKEN_PATH),
      headers: { 'content-type': 'application/json', authorization: basicAuthorization(key, secret) },
      body: JSON.stringify({ grant_type: 'client_credentials', scope }),
    };
  }
}

function settingsOf(setup: ChannelSetup): Settings & Credentials & { baseUrl: string } {
  assertValid(shape, setup);
  return { ...(setup.settings as Settings), ...(setup.credentials as Credentials), baseUrl: setup.baseUrl };
}

/** An event is taken only if the answer names no failed record: SAP answers 201 to those too (KBA 2292981). */
function checkResponse(response: ChannelResponse): ChannelResponse {
  const inactive = response.text.toLowerCase().includes(INACTIVE);
  if (inactive)
    throw new ChannelRejection('learner-inactive', `the learner's account is inactive (${response.status})`, {
      status: response.status,
      learnerInactive: true,
    });
  const failed = namesFailure(requireAccepted(response, true));
  if (failed)
    throw new ChannelRejection('refused-in-answer', `the answer names a failure (${response.status})`, {
      status: response.status,
    });
  return response;
}
