import { type ApiAnswer, ApiClient, type ApiRequest, ApiRequestError } from '../../../dev/api-client';
import { waitFor } from '../../../dev/wait-until';

/** The public API as one person of an exam office uses it. Refusals are answers. @throws when the service itself fails */
export class OfficeApi {
  private readonly api: ApiClient;

  constructor(baseUrl: string, token: string | null) {
    this.api = new ApiClient(baseUrl, token);
  }

  get(path: string): Promise<ApiAnswer> {
    return this.answer({ method: 'GET', path });
  }

  post(path: string, body: object): Promise<ApiAnswer> {
    return this.answer({ method: 'POST', path, body });
  }

  patch(path: string, body: object): Promise<ApiAnswer> {
    return this.answer({ method: 'PATCH', path, body });
  }

  /** @throws unless it is done */
  async put(path: string, body?: object): Promise<void> {
    await this.api.expect2xx({ method: 'PUT', path, ...(body && { body }) });
  }

  putAnswer(path: string, body: object): Promise<ApiAnswer> {
    return this.answer({ method: 'PUT', path, body });
  }

  /** @throws unless every line is accepted */
  importLines(periodId: string, lines: readonly object[]): Promise<void> {
    return this.api.importLines(`/periods/${encodeURIComponent(periodId)}/import`, lines);
  }

  /** All pages of a list in one answer, or the refusal of the first. */
  async list<Item>(path: string): Promise<{ answer: ApiAnswer; items: Item[] }> {
    const items: Item[] = [];
    const separator = path.includes('?') ? '&' : '?';
    for (let cursor = ''; ;) {
      const answer = await this.get(`${path}${separator}limit=200${cursor}`);
      if (answer.status !== 200) return { answer, items };
      const page = answer.body as { items: Item[]; nextCursor: string | null };
      items.push(...page.items);
      if (page.nextCursor === null) return { answer, items };
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }

  /** A draft with its preview, however long that takes; or the refusal. */
  async draft(periodId: string, choice: object): Promise<ApiAnswer> {
    return this.untilDecided(periodId, await this.post(draftsOf(periodId), choice));
  }

  async changedDraft(periodId: string, draftId: string, choice: object): Promise<ApiAnswer> {
    return this.untilDecided(periodId, await this.patch(`${draftsOf(periodId)}/${draftId}`, choice));
  }

  private async untilDecided(periodId: string, answer: ApiAnswer): Promise<ApiAnswer> {
    if (answer.status !== 202) return answer;
    const path = `${draftsOf(periodId)}/${String(answer.body['draftId'])}`;
    const decided = async (): Promise<ApiAnswer | undefined> => {
      const now = await this.get(path);
      return now.body['state'] === 'computing' ? undefined : { ...now, status: 201 };
    };
    return waitFor(decided, { what: `the preview of ${path}`, timeoutMs: 120_000, intervalMs: 50 });
  }

  private async answer(request: ApiRequest): Promise<ApiAnswer> {
    const answer = await this.api.request(request);
    if (answer.status >= 500) throw new ApiRequestError(request, answer);
    return answer;
  }
}

export function qualificationOf(periodId: string): string {
  return `/periods/${encodeURIComponent(periodId)}/qualification`;
}

export function draftsOf(periodId: string): string {
  return `${qualificationOf(periodId)}/drafts`;
}
