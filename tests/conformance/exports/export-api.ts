import type { ImportLine } from '../../../contracts/http/customer-import';
import type { ExportAnswer, ExportRecordAnswer } from '../../../contracts/http/exports';
import type { TransmissionAnswer } from '../../../contracts/http/transmissions';
import { type ApiClient, ApiRequestError, codeOf } from '../../../dev/api-client';
import { waitFor } from '../../../dev/wait-until';

/** The API of learner exports as an operator uses it, each request tried once. @throws on every refusal that is not asked for. */
export class ExportApi {
  constructor(private readonly api: ApiClient) {}

  async put(path: string, body: object): Promise<void> {
    await this.api.expect2xx({ method: 'PUT', path, body });
  }

  /** @throws when a line is faulty: the recorded world would not be whole. */
  import(customerId: string, lines: readonly ImportLine[]): Promise<void> {
    return this.api.importCustomer(customerId, lines);
  }

  /** Starts an export and waits for its end; `refused` with the code of a refusal. */
  async export(channel: string, body: object): Promise<{ end: ExportAnswer } | { refused: string }> {
    const request = { method: 'POST', path: `${channel}/exports`, body } as const;
    const answer = await this.api.request(request);
    if (answer.status >= 500) throw new ApiRequestError(request, answer);
    if (answer.status !== 202) return { refused: codeOf(answer) ?? 'none' };
    return { end: await this.untilEnded((answer.body as ExportAnswer).exportId) };
  }

  async records(exportId: string): Promise<ExportRecordAnswer[]> {
    const request = { method: 'GET', path: `/exports/${exportId}/records`, accept: 'application/x-ndjson' } as const;
    const answer = await this.api.request(request);
    if (answer.status !== 200) throw new ApiRequestError(request, answer);
    const lines = answer.text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as ExportRecordAnswer);
  }

  /** The newest rows of a customer's ledger. */
  async ledger(customerId: string): Promise<TransmissionAnswer[]> {
    const path = `/customers/${customerId}/transmissions?limit=200`;
    return (await this.api.expect2xx<{ items: TransmissionAnswer[] }>({ method: 'GET', path })).items;
  }

  private untilEnded(exportId: string): Promise<ExportAnswer> {
    const ended = async (): Promise<ExportAnswer | undefined> => {
      const run = await this.api.expect2xx<ExportAnswer>({ method: 'GET', path: `/exports/${exportId}` });
      return run.finishedAt === null ? undefined : run;
    };
    return waitFor(ended, { what: `the end of export ${exportId}`, timeoutMs: 120_000, intervalMs: 60 });
  }
}
