import type { Dispatcher } from 'undici';
import type { ChannelKind, ExportLevel, ExportRecord, SkipReason } from '../../domain/exports/model';
import type { RecordResult } from './record-result';

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

/** `payload` is what goes out, and what dry runs show. It holds personal data: for the database and its readers only. */
export type MapResult<P = Json> = { payload: P } | { cannot: CannotReason };
export type CannotReason = SkipReason | 'level-not-supported';

/**
 * `payload` as this channel's own `map` made it. `key` names this content for this enrollment and configuration: other
 * content must have another key.
 */
export interface ChannelItem<P = Json> {
  key: string;
  payload: P;
}

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

/** What is known of a kind of channel before it is configured. */
export interface ChannelKindFacts {
  readonly kind: ChannelKind;
  readonly limits: ChannelLimits;
  /** A resend under the same key is harmless. */
  readonly idempotent: boolean;
}

/** One configured channel. Made once per configuration and process: it holds the tokens. */
export interface Channel extends ChannelKindFacts {
  map(record: ExportRecord, context: MapContext): MapResult;
  /**
   * One result per item, in order, whatever the channel does.
   * @throws ChannelCredentialsRefused, and nothing else.
   */
  send(batch: readonly ChannelItem[], signal?: AbortSignal): Promise<RecordResult[]>;
  health(signal?: AbortSignal): Promise<ChannelHealth>;
}

/** A kind of channel as the registry has it. */
export interface ChannelDefinition extends ChannelKindFacts {
  readonly levels: readonly ExportLevel[];
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

/** A setup that `validate` would have refused. */
export class ChannelMisconfigured extends Error {
  constructor(readonly problems: readonly SetupProblem[]) {
    super(problems.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.name = 'ChannelMisconfigured';
  }
}
