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
  type Mapped,
  type RecordResult,
} from './channel';
import { accepted, Exchange, type Incoming, jsonOf, type Outgoing } from './exchange';
import { healthOf } from './health';
import { sameStatement } from './xapi-same';
import { Busy, cancelled, Refusal, resultOf } from './refusal';
import { basic, assertValid, joined, problemsOf, text } from './setup';
import { statementId, statementOf } from './xapi-statement';

const shape = {
  remote: true,
  urls: ['siteUrl'],
  settings: Type.Object(
    {
      siteUrl: text,
      objectType: Type.Optional(Type.Union([Type.Literal('course'), Type.Literal('courserun')])),
    },
    { additionalProperties: false },
  ),
  credentials: Type.Object({ key: text, secret: text }, { additionalProperties: false }),
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

interface Told {
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
    this.authorization = basic(credentials.key, credentials.secret);
  }

  map(record: ExportRecord, context: MapContext): Mapped {
    if (record.kind !== 'completion') return { cannot: 'level-not-supported' };
    if (record.identity.email === null) return { cannot: 'no-channel-identity' };
    if (context.event !== 'enrollment' && record.completedAt === null) return { cannot: 'not-completed' };
    const { siteUrl, objectType = 'course' } = this.settings;
    const verb = context.event === 'enrollment' ? 'registered' : 'completed';
    return { payload: statementOf(verb, record, context, { siteUrl, objectType }) };
  }

  async send(batch: readonly ChannelItem[], signal = new AbortController().signal): Promise<RecordResult[]> {
    const results = new Map<string, RecordResult>();
    const told: Told[] = [];
    for (const { key, record, context } of batch) {
      const mapped = this.map(record, context);
      if ('cannot' in mapped) results.set(key, { key, outcome: 'cannot', reason: mapped.cannot });
      else told.push({ key, id: statementId(key), statement: mapped.payload as Told['statement'] });
    }
    if (told.length > 0) await this.deliver(told, results, signal);
    return batch.map(({ key }) => results.get(key) ?? cancelled(key));
  }

  health(signal = new AbortController().signal): Promise<ChannelHealth> {
    return healthOf(async () => {
      const answer = await this.call({ method: 'GET', url: joined(this.setup.baseUrl, '/about'), headers: {} }, signal);
      return accepted(answer, false);
    });
  }

  /** A store refuses a batch as a whole: it is halved until the statements it means stand alone. */
  private async deliver(told: Told[], results: Map<string, RecordResult>, signal: AbortSignal): Promise<void> {
    try {
      const answer = accepted(await this.post(told, signal), true);
      for (const one of told) results.set(one.key, resultIn(answer, one, told.length));
    } catch (error) {
      if (isOfOneStatement(error) && told.length > 1) {
        const half = Math.ceil(told.length / 2);
        await this.deliver(told.slice(0, half), results, signal);
        await this.deliver(told.slice(half), results, signal);
        return;
      }
      const [only] = told;
      const stored = only && isConflict(error) ? await this.isStored(only, signal) : false;
      for (const { key } of told) {
        results.set(
          key,
          stored ? { key, outcome: 'accepted', status: 409 } : resultOf(error, key, [...results.values()]),
        );
      }
    }
  }

  /** A conflict over a statement that is there as we tell it is the end of an earlier try. */
  private async isStored({ id, statement }: Told, signal: AbortSignal): Promise<boolean> {
    const url = `${joined(this.setup.baseUrl, '/statements')}?statementId=${id}`;
    try {
      const answer = accepted(await this.call({ method: 'GET', url, headers: {} }, signal), false);
      return sameStatement(statement, jsonOf(answer));
    } catch (error) {
      if (error instanceof Refusal || error instanceof Busy) return false;
      throw error;
    }
  }

  private post(told: Told[], signal: AbortSignal): Promise<Incoming> {
    const statements = told.map(({ id, statement }) => ({ id, ...statement }));
    return this.call(
      {
        method: 'POST',
        url: joined(this.setup.baseUrl, '/statements'),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(statements.length === 1 ? statements[0] : statements),
      },
      signal,
    );
  }

  private async call(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> {
    const headers = {
      ...outgoing.headers,
      authorization: this.authorization,
      'x-experience-api-version': '1.0.1',
    };
    const answer = await this.exchange.send({ ...outgoing, headers }, signal);
    if (answer.status === 401 || answer.status === 403) throw new ChannelCredentialsRefused('XAPI', answer.status);
    return answer;
  }
}

/** A list of ids says which statements were stored; one that leaves some out has not taken those. */
function resultIn(answer: Incoming, { key, id }: Told, sent: number): RecordResult {
  const ids = jsonOf(answer);
  const taken = !Array.isArray(ids) || ids.length >= sent || ids.includes(id);
  if (taken) return { key, outcome: 'accepted', status: answer.status };
  const facts = { retryable: true, inDoubt: true, status: answer.status };
  return new Refusal('malformed-answer', 'the answer leaves the statement out', facts).result(key);
}

function isConflict(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'conflict';
}

/** Refusals that one statement of a batch can be the cause of: 4xx, but for addresses that are wrong altogether. */
function isOfOneStatement(error: unknown): boolean {
  if (!(error instanceof Refusal)) return false;
  return (error.code === 'refused' || error.code === 'conflict') && error.facts.status !== 404;
}
