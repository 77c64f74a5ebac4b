import type { Dispatcher } from 'undici';
import type { ChannelKind, ExportLevel, ExportRecord, SkipReason } from '../../domain/exports/model';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A channel's configuration. `settings` may be shown, `credentials` never. */
export interface ChannelSetup {
  kind: ChannelKind;
  /** Without meaning for files. */
  baseUrl: string;
  settings: Readonly<Record<string, unknown>>;
  credentials: Readonly<Record<string, string>>;
}

/** One thing wrong with a setup. `field` is a path such as `settings.companyId`; a message never repeats a credential. */
export interface SetupProblem {
  field: string;
  message: string;
}

/** What some channels need beside the record. */
export interface MapContext {
  courseKey: string | null;
  courseDescription: string | null;
  courseUuid: string | null;
  /** xAPI sends enrollments too: `registered` instead of `completed`. */
  event?: 'enrollment';
}

/** `key` names this content for this enrollment and configuration: other content must have another key. */
export interface ChannelItem {
  key: string;
  record: ExportRecord;
  context: MapContext;
}

/** `payload` is what would go out, for dry runs and differences. It holds personal data: for the database and its readers only. */
export type MapResult = { payload: Json } | { cannot: CannotReason };
export type CannotReason = SkipReason | 'level-not-supported';

export interface RefusedResult {
  outcome: 'refused';
  /** Another try may succeed: timeouts, connections, 5xx, HTML, broken answers, tokens that did not come. */
  retryable: boolean;
  /** Sent, but no answer says whether it was taken. Harmless to repeat where the channel is idempotent. */
  inDoubt: boolean;
  code: ChannelRejectionCode;
  /** Our text, with status and code only: nothing of the channel's text, names or addresses. */
  message: string;
  /** What the channel answered; null without an answer. */
  status: number | null;
  /** The channel says that this learner is gone: the link is to be ended. */
  learnerInactive: boolean;
}

/** Why a channel did not take a record. `token`: there was no usable token, and the record was not sent. */
export type ChannelRejectionCode =
  | 'token'
  | 'timeout'
  | 'connection'
  | 'unavailable'
  | 'malformed-answer'
  | 'redirected'
  | 'refused'
  | 'refused-in-answer'
  | 'unauthorised'
  | 'conflict'
  | 'learner-not-found'
  | 'learner-inactive'
  | 'course-not-found'
  | 'completed-in-future'
  | 'address-refused'
  | 'cancelled';

export type RecordResult = { key: string } & (
  | { outcome: 'accepted'; status: number }
  | RefusedResult
  /** Not taken; the channel wants a pause. Its length if it said so. Records of the batch not tried yet are busy too. */
  | { outcome: 'busy'; status: number; retryAfterMs: number | null }
  | { outcome: 'cannot'; reason: CannotReason }
);

export interface ChannelLimits {
  /** The most records one `send` takes. */
  batchSize: number;
  /** Default rate of HTTP requests, look-ups and tokens included; configurations may lower it. */
  requestsPerSecond: number;
}

export interface ChannelHealth {
  state: 'healthy' | 'credentials-refused' | 'unreachable';
  detail: string;
}

/** One configured channel. Made once per configuration and process: it holds the tokens. */
export interface Channel {
  readonly kind: ChannelKind;
  readonly limits: ChannelLimits;
  /** A resend under the same key is harmless. */
  readonly idempotent: boolean;
  map(record: ExportRecord, context: MapContext): MapResult;
  /**
   * One result per item, in order, whatever the channel does.
   * @throws ChannelCredentialsRefused, and nothing else.
   */
  send(batch: readonly ChannelItem[], signal?: AbortSignal): Promise<RecordResult[]>;
  health(signal?: AbortSignal): Promise<ChannelHealth>;
}

/** A kind of channel: what the registry knows of it before it is configured. */
export interface ChannelDefinition {
  readonly kind: ChannelKind;
  readonly levels: readonly ExportLevel[];
  readonly limits: ChannelLimits;
  readonly idempotent: boolean;
  /** Credential fields of the setup, so that the API can refuse others. */
  readonly credentialFields: readonly string[];
  validate(setup: ChannelSetup): SetupProblem[];
  /** @throws ChannelMisconfigured */
  open(setup: ChannelSetup, dependencies: ChannelDependencies): Channel;
}

/** What channels need of the process. The dispatcher's connector is where names are looked up and addresses checked. */
export interface ChannelDependencies {
  dispatcher: Dispatcher;
  timeoutMs: number;
  /** Files go below this folder; without it the CSV channel cannot be opened. */
  csvFolder?: string;
  /** Called with every URL before anything is sent; throws to refuse it (addresses that may not be reached). */
  guard?: (url: URL) => void | Promise<void>;
  /** Waits until the channel's rate limit allows one more request. */
  throttle?: (signal: AbortSignal) => Promise<void>;
  /** For channels whose refresh token changes with each use: stored before the new token is used. */
  credentialsChanged?: (credentials: Readonly<Record<string, string>>) => Promise<void>;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** The channel refuses our credentials: nothing will get through until a person changes them. */
export class ChannelCredentialsRefused extends Error {
  constructor(
    readonly kind: ChannelKind,
    readonly status: number,
    /** Results known before; items not named here were not sent. */
    readonly results: readonly RecordResult[] = [],
  ) {
    super(`${kind} refused the credentials (${status})`);
    this.name = 'ChannelCredentialsRefused';
  }
}

/** A setup that `validate` would have refused. */
export class ChannelMisconfigured extends Error {
  constructor(readonly problems: readonly SetupProblem[]) {
    super(problems.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.name = 'ChannelMisconfigured';
  }
}
