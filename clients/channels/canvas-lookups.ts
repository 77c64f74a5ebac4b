import { parseJson } from '../http/transport';
import { jsonRequest, requireAccepted } from './channel-http';
import { nextPage } from './links';
import { ChannelRejection } from './rejection';
import type { SendRequest } from './token-channel';

type Row = Record<string, unknown>;
/** Pages of one list that are read before it counts as endless. */
const MAX_PAGES = 150;

/** Looks up Canvas's ids of a learner, a course and an assignment. */
export class CanvasLookups {
  constructor(private readonly options: { baseUrl: string; accountId: string }) {}

  /** An account without this address has lost the learner; an answer that is no list may be tried again. */
  async user(send: SendRequest, email: string): Promise<string> {
    const path = `/api/v1/accounts/${encodeURIComponent(this.options.accountId)}/users`;
    const query = new URLSearchParams({ search_term: email }).toString();
    const { rows } = await this.readPage(send, `${this.options.baseUrl}${path}?${query}`);
    const facts = { status: 404 };
    if (rows === null)
      throw new ChannelRejection('learner-not-found', 'the learner search gave no list', { ...facts, retryable: true });
    const exact = rows.find((row) => [row['email'], row['login_id']].some((name) => isSameAddress(name, email)));
    const id = idOf((exact ?? rows[0])?.['id']);
    if (id !== null) return id;
    throw new ChannelRejection('learner-not-found', 'the learner is not known', { ...facts, learnerInactive: true });
  }

  async course(send: SendRequest, userId: string, courseId: string): Promise<string> {
    const found = await this.find(send, `/api/v1/users/${userId}/courses`, courseId);
    if (found !== null) return found;
    throw new ChannelRejection('course-not-found', 'the learner has no such course', { status: 404 });
  }

  /** Null where there is none yet. */
  assignment(send: SendRequest, course: string, integrationId: string): Promise<string | null> {
    return this.find(send, `/api/v1/courses/${course}/assignments`, integrationId);
  }

  private async find(send: SendRequest, path: string, integrationId: string): Promise<string | null> {
    let url: string | null = `${this.options.baseUrl}${path}`;
    for (let pages = 0; url !== null && pages < MAX_PAGES; pages += 1) {
      const page: Page = await this.readPage(send, url);
      const found = idOf(page.rows?.find((row) => row['integration_id'] === integrationId)?.['id']);
      if (found !== null) return found;
      url = page.next;
    }
    return null;
  }

  private async readPage(send: SendRequest, url: string): Promise<Page> {
    const { text, link = null } = requireAccepted(await send(jsonRequest('GET', url)), false);
    const body = parseJson(text);
    const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null;
    const rows = Array.isArray(body) ? body.filter(isRow) : null;
    return { rows, next: nextPage(link, new URL(this.options.baseUrl).origin) };
  }
}

interface Page {
  /** Null when the answer is no list. */
  rows: Row[] | null;
  next: string | null;
}

/** Ids go into paths: only plain numbers or words are taken. */
export function idOf(id: unknown): string | null {
  const found = typeof id === 'number' || typeof id === 'string' ? String(id) : '';
  return /^[\w~-]+$/.test(found) ? found : null;
}

function isSameAddress(name: unknown, email: string): boolean {
  return typeof name === 'string' && name.toLowerCase() === email.toLowerCase();
}
