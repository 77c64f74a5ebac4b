import { setTimeout as pause } from 'node:timers/promises';
import type { Problem } from '../../../contracts/http/common';
import type { CustomerImportAnswer, ImportLine } from '../../../contracts/http/customer-import';
import type { ExportAnswer, ExportRecordAnswer } from '../../../contracts/http/exports';
import type { TransmissionAnswer } from '../../../contracts/http/transmissions';

const LOOK_MS = 60;
const WITHIN_MS = 120_000;

/** The API of learner exports as an operator uses it. @throws on every refusal that is not asked for. */
export class ExportApi {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  async put(path: string, body: object): Promise<void> {
    await this.sent('PUT', path, JSON.stringify(body));
  }

  /** @throws when a line is faulty: the recorded world would not be whole. */
  async import(customerId: string, lines: readonly ImportLine[]): Promise<void> {
    if (lines.length === 0) return;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const answer = await this.sent('POST', `/customers/${customerId}/import`, text, 'application/x-ndjson');
    const { rejected, errors } = (await answer.json()) as CustomerImportAnswer;
    if (rejected > 0) throw new Error(`import: line ${errors[0]?.line}: ${errors[0]?.detail}`);
  }

  /** Starts an export and waits for its end; `refused` with the code of a refusal. */
  async export(channel: string, body: object): Promise<{ end: ExportAnswer } | { refused: string }> {
    const response = await this.send('POST', `${channel}/exports`, JSON.stringify(body));
    if (response.status !== 202) {
      const { code, detail } = (await response.json()) as Problem;
      if (response.status >= 500)
        throw new Error(`POST ${channel}/exports: ${response.status} ${code} ${detail ?? ''}`);
      return { refused: code };
    }
    const { exportId } = (await response.json()) as ExportAnswer;
    return { end: await this.untilEnded(exportId) };
  }

  async records(exportId: string): Promise<ExportRecordAnswer[]> {
    const response = await this.sent(
      'GET',
      `/exports/${exportId}/records`,
      undefined,
      undefined,
      'application/x-ndjson',
    );
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as ExportRecordAnswer);
  }

  /** The newest rows of a customer's ledger. */
  async ledger(customerId: string): Promise<TransmissionAnswer[]> {
    const response = await this.sent('GET', `/customers/${customerId}/transmissions?limit=200`);
    return ((await response.json()) as { items: TransmissionAnswer[] }).items;
  }

  private async untilEnded(exportId: string): Promise<ExportAnswer> {
    const deadline = Date.now() + WITHIN_MS;
    while (Date.now() < deadline) {
      const run = (await (await this.sent('GET', `/exports/${exportId}`)).json()) as ExportAnswer;
      if (run.finishedAt !== null) return run;
      await pause(LOOK_MS);
    }
    throw new Error(`Export ${exportId} did not end in ${WITHIN_MS / 1_000} s.`);
  }

  private async sent(method: string, path: string, body?: string, type?: string, accept?: string): Promise<Response> {
    const response = await this.send(method, path, body, type, accept);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  private send(
    method: string,
    path: string,
    body?: string,
    type = 'application/json',
    accept = '*/*',
  ): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      accept,
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    return fetch(`${this.baseUrl}/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  }
}
