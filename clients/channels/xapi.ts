import { type Static, Type } from '@sinclair/typebox';
import type { ExportRecord } from '../../domain/exports/model';
import {
  type Channel,
  ChannelCredentialsRefused,
  type ChannelDefinition,
  type ChannelDependencies,
  type ChannelHealth,
  type ChannelItem,
  type ChannelSetup,
  type Json,
  type MapContext,
  type MapResult,
  type RecordResult,
} from './channel';
import { requireAccepted, Exchange, type ChannelResponse, jsonOf, type ChannelRequest } from './channel-http';
import { healthOf } from './health';
import { ChannelBusy, cancelledResult, ChannelRejection, resultOf } from './rejection';
import { basicAuthorization, assertValid, joinUrl, problemsOf, textSetting } from './setup';
import { isSameStatement } from './xapi-compare';
import { statementId, statementOf } from './xapi-statement';

const shape = {
  remote: true,
  urls: ['siteUrl'],
  settings: Type.Object(
    {
      siteUrl: textSetting,
      objectType: Type.Optional(Type.Union([Type.Literal('course'), Type.Literal('courserun')])),
    },
    { additionalProperties: false },
  ),
  credentials: Type.Object({ key: textSetting, secret: textSetting }, { additionalProperties: false }),
};

type Settings = Static<typeof shape.settings>;
type Credentials = Static<typeof shape.credentials>;

const limits = { batchSize: 100, requestsPerSecond: 20 };

/** A learning record store: statements whose ids follow from our keys, so that a resend is the same statement (golden xapi-*). */
export const xapi: ChannelDefinition = {
  kind: 'XAPI',
  levels: ['completion'],
  limits,
  idempotent: true,
  credentialFields: Object.keys(shape.credentials.properties),
  validate: (setup) => problemsOf(shape, setup),
  open: (setup, dependencies) => new Xapi(setup, dependencies),
};

interface PendingStatement {
  key: string;
  id: string;
  statement: Record<string, Json>;
}

class Xapi implements Channel {
  readonly kind = 'XAPI';
  readonly limits = limits;
  readonly idempotent = true;
  private readonly settings: Settings;
  private readonly exchange: Exchange;
  private readonly authorization: string;

  constructor(
    private readonly setup: ChannelSetup,
    dependencies: ChannelDependencies,
  ) {
    assertValid(shape, setup);
    const settings = setup.settings as Settings;
    const credentials = setup.credentials as Credentials;
    this.settings = settings;
    this.exchange = new Exchange(dependencies);
    this.authorization = basicAuthorization(credentials.key, credentials.secret);
  }

  map(record: ExportRecord, context: MapContext): MapResult {
    if (record.kind !== 'completion') return { cannot: 'level-not-supported' };
    if (record.identity.email === null) return { cannot: 'no-channel-identity' };
    if (context.event !== 'enrollment' && record.completedAt === null) return { cannot: 'not-completed' };
    const { siteUrl, objectType = 'course' } = this.settings;
    const verb = context.event === 'enrollment' ? 'registered' : 'completed';
    return { payload: statementOf(verb, record, context, { siteUrl, objectType }) };
  }

  async send(batch: readonly ChannelItem[], signal = new AbortController().signal): Promise<RecordResult[]> {
    const results = new Map<string, RecordResult>();
    const pending: PendingStatement[] = [];
    for (const { key, record, context } of batch) {
      const mapped = this.map(record, context);
      if ('cannot' in mapped) results.set(key, { key, outcome: 'cannot', reason: mapped.cannot });
      else pending.push({ key, id: statementId(key), statement: mapped.payload as PendingStatement['statement'] });
    }
    if (pending.length > 0) await this.deliver(pending, results, signal);
    return batch.map(({ key }) => results.get(key) ?? cancelledResult(key));
  }

  health(signal = new AbortController().signal): Promise<ChannelHealth> {
    return healthOf(async () => {
      const response = await this.call(
        { method: 'GET', url: joinUrl(this.setup.baseUrl, '/about'), headers: {} },
        signal,
      );
      return requireAccepted(response, false);
    });
  }

  /** A store refuses a batch as a whole: it is halved until the refused statements stand alone. */
  private async deliver(
    pending: PendingStatement[],
    results: Map<string, RecordResult>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const response = requireAccepted(await this.post(pending, signal), true);
      for (const one of pending) results.set(one.key, resultIn(response, one, pending.length));
    } catch (error) {
      if (isOfOneStatement(error) && pending.length > 1) {
        const half = Math.ceil(pending.length / 2);
        await this.deliver(pending.slice(0, half), results, signal);
        await this.deliver(pending.slice(half), results, signal);
        return;
      }
      const [only] = pending;
      const stored = only && isConflict(error) ? await this.isStored(only, signal) : false;
      for (const { key } of pending) {
        results.set(
          key,
          stored ? { key, outcome: 'accepted', status: 409 } : resultOf(error, key, [...results.values()]),
        );
      }
    }
  }

  /** A conflict over a statement that is stored as we send it comes from an earlier try. */
  private async isStored({ id, statement }: PendingStatement, signal: AbortSignal): Promise<boolean> {
    const url = `${joinUrl(this.setup.baseUrl, '/statements')}?statementId=${id}`;
    try {
      const response = requireAccepted(await this.call({ method: 'GET', url, headers: {} }, signal), false);
      return isSameStatement(statement, jsonOf(response));
    } catch (error) {
      if (error instanceof ChannelRejection || error instanceof ChannelBusy) return false;
      throw error;
    }
  }

  private post(pending: PendingStatement[], signal: AbortSignal): Promise<ChannelResponse> {
    const statements = pending.map(({ id, statement }) => ({ id, ...statement }));
    return this.call(
      {
        method: 'POST',
        url: joinUrl(this.setup.baseUrl, '/statements'),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(statements.length === 1 ? statements[0] : statements),
      },
      signal,
    );
  }

  private async call(outgoing: ChannelRequest, signal: AbortSignal): Promise<ChannelResponse> {
    const headers = { ...outgoing.headers, authorization: this.authorization, 'x-experience-api-version': '1.0.1' };
    const response = await this.exchange.send({ ...outgoing, headers }, signal);
    if (response.status === 401 || response.status === 403)
      throw new ChannelCredentialsRefused('XAPI', response.status);
    return response;
  }
}

/** A list of ids says which statements were stored; one that leaves some out has not taken those. */
function resultIn(response: ChannelResponse, { key, id }: PendingStatement, sent: number): RecordResult {
  const ids = jsonOf(response);
  const taken = !Array.isArray(ids) || ids.length >= sent || ids.includes(id);
  if (taken) return { key, outcome: 'accepted', status: response.status };
  const facts = { retryable: true, inDoubt: true, status: response.status };
  return new ChannelRejection('malformed-answer', 'the answer leaves the statement out', facts).result(key);
}

function isConflict(error: unknown): boolean {
  return error instanceof ChannelRejection && error.code === 'conflict';
}

/** Refusals that one statement of a batch can be the cause of: 4xx, but for addresses that are wrong altogether. */
function isOfOneStatement(error: unknown): boolean {
  if (!(error instanceof ChannelRejection)) return false;
  return (error.code === 'refused' || error.code === 'conflict') && error.details.status !== 404;
}
