import { requireAccepted, type ChannelResponse, jsonOf } from './channel-http';
import { nextPage } from './links';
import { ChannelRejection } from './rejection';
import { joinUrl } from './setup';
import type { Session } from './tokens';

type Row = Record<string, unknown>;
/** Pages of one list that are read before it counts as endless. */
const MAX_PAGES = 150;

/** Looks up Canvas's ids of a learner, a course and an assignment. */
export class CanvasLookups {
  constructor(private readonly options: { baseUrl: string; accountId: string }) {}

  /** An account without this address has lost the learner; an answer that is no list may be tried again. */
  async user(session: Session, email: string): Promise<string> {
    const path = `/api/v1/accounts/${encodeURIComponent(this.options.accountId)}/users`;
    const query = new URLSearchParams({ search_term: email }).toString();
    const rows = await this.rows(session, `${path}?${query}`);
    if (rows === null)
      throw new ChannelRejection('learner-not-found', 'the learner search gave no list', {
        retryable: true,
        status: 404,
      });
    const exact = rows.find((row) => [row['email'], row['login_id']].some((name) => isSameAddress(name, email)));
    const id = idOf(exact ?? rows[0]);
    if (id === null)
      throw new ChannelRejection('learner-not-found', 'the learner is not known', {
        status: 404,
        learnerInactive: true,
      });
    return id;
  }

  async course(session: Session, userId: string, courseId: string): Promise<string> {
    const found = await this.find(session, `/api/v1/users/${userId}/courses`, courseId);
    if (found === null)
      throw new ChannelRejection('course-not-found', 'the learner has no such course', { status: 404 });
    return found;
  }

  /** Null where there is none yet. */
  assignment(session: Session, course: string, integrationId: string): Promise<string | null> {
    return this.find(session, `/api/v1/courses/${course}/assignments`, integrationId);
  }

  private async find(session: Session, path: string, integrationId: string): Promise<string | null> {
    const origin = new URL(this.options.baseUrl).origin;
    let url: string | null = joinUrl(this.options.baseUrl, path);
    for (let page = 0; url !== null && page < MAX_PAGES; page += 1) {
      const response: ChannelResponse = requireAccepted(await session.send(get(url)), false);
      const found = idOf(listOf(response)?.find((row) => row['integration_id'] === integrationId));
      if (found !== null) return found;
      url = nextPage(response.link, origin);
    }
    return null;
  }

  private async rows(session: Session, path: string): Promise<Row[] | null> {
    return listOf(requireAccepted(await session.send(get(joinUrl(this.options.baseUrl, path))), false));
  }
}

/** A content type is sent without a body: recorded so (golden canvas/*). */
function get(url: string): { method: 'GET'; url: string; headers: Record<string, string> } {
  return { method: 'GET', url, headers: { 'content-type': 'application/json' } };
}

function listOf(response: ChannelResponse): Row[] | null {
  const body = jsonOf(response);
  if (!Array.isArray(body)) return null;
  return body.filter((row): row is Row => typeof row === 'object' && row !== null);
}

/** Ids go into paths: only plain numbers or words are taken. */
export function idOf(row: Row | undefined): string | null {
  const id = row?.['id'];
  const found = typeof id === 'number' || typeof id === 'string' ? String(id) : '';
  return /^[\w~-]+$/.test(found) ? found : null;
}

function isSameAddress(name: unknown, email: string): boolean {
  return typeof name === 'string' && name.toLowerCase() === email.toLowerCase();
}
