import { type HttpRequest, type HttpResponse, parseJson } from '../http/transport';
import type { ChannelItem } from './channel';
import { basicAuthorization, type ChannelHttp, jsonRequest, requireAccepted } from './channel-http';
import type { OpenedChannel } from './define-channel';
import { ChannelCredentialsRefused, type RecordResult } from './record-result';
import { ChannelBusy, ChannelRejection, resultOf } from './rejection';
import { isSameStatement, statementId, type XapiStatement } from './xapi-statement';

type StatementItem = ChannelItem<XapiStatement>;

/** Sends statements in batches. A store refuses a batch as a whole: it is halved until the refused ones stand alone. */
export class StatementStore implements OpenedChannel<XapiStatement> {
  private readonly statementsUrl: string;

  constructor(
    private readonly options: { baseUrl: string; key: string; secret: string },
    private readonly http: ChannelHttp,
  ) {
    this.statementsUrl = `${options.baseUrl}/statements`;
  }

  send(batch: readonly StatementItem[], signal: AbortSignal): Promise<RecordResult[]> {
    return this.deliver(batch, [], signal);
  }

  async probe(signal: AbortSignal): Promise<void> {
    const about = { method: 'GET', url: `${this.options.baseUrl}/about`, headers: {} } as const;
    requireAccepted(await this.call(about, signal), false);
  }

  /** `known`: the results of the statements before these. */
  private async deliver(
    items: readonly StatementItem[],
    known: readonly RecordResult[],
    signal: AbortSignal,
  ): Promise<RecordResult[]> {
    try {
      const response = requireAccepted(await this.post(items, signal), true);
      return items.map(({ key }) => resultIn(response, key, items.length));
    } catch (error) {
      if (isOfOneStatement(error) && items.length > 1) {
        const half = Math.ceil(items.length / 2);
        const first = await this.deliver(items.slice(0, half), known, signal);
        return [...first, ...(await this.deliver(items.slice(half), [...known, ...first], signal))];
      }
      const [only] = items;
      if (only && isConflict(error) && (await this.isStored(only, signal)))
        return [{ key: only.key, outcome: 'accepted', status: 409 }];
      return items.map(({ key }) => resultOf(error, key, known));
    }
  }

  /** A conflict over a statement that is stored as we send it comes from an earlier try. */
  private async isStored({ key, payload }: StatementItem, signal: AbortSignal): Promise<boolean> {
    const url = `${this.statementsUrl}?statementId=${statementId(key)}`;
    try {
      const { text } = requireAccepted(await this.call({ method: 'GET', url, headers: {} }, signal), false);
      return isSameStatement(payload, parseJson(text));
    } catch (error) {
      if (error instanceof ChannelRejection || error instanceof ChannelBusy) return false;
      throw error;
    }
  }

  private post(items: readonly StatementItem[], signal: AbortSignal): Promise<HttpResponse> {
    const statements = items.map(({ key, payload }) => ({ id: statementId(key), ...payload }));
    return this.call(
      jsonRequest('POST', this.statementsUrl, statements.length === 1 ? statements[0] : statements),
      signal,
    );
  }

  private async call(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const authorization = basicAuthorization(this.options.key, this.options.secret);
    const headers = { ...request.headers, authorization, 'x-experience-api-version': '1.0.1' };
    const response = await this.http.send({ ...request, headers }, signal);
    const { status } = response;
    if (status === 401 || status === 403) throw new ChannelCredentialsRefused('XAPI', status);
    return response;
  }
}

/** A list of ids says which statements were stored; one that leaves some out has not taken those. */
function resultIn({ status, text }: HttpResponse, key: string, sent: number): RecordResult {
  const ids = parseJson(text);
  const taken = !Array.isArray(ids) || ids.length >= sent || ids.includes(statementId(key));
  if (taken) return { key, outcome: 'accepted', status };
  const facts = { retryable: true, inDoubt: true, status };
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
