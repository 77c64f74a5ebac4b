import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConfiguredAnswers } from './answers';
import { readRequest, type SimulatedRequest, sendHtml, sendJson } from './exchange';
import type { Faults } from './faults';
import type { Journal, LogEntry, Subject } from './journal';
import type { ProviderState } from './provider-state';
import type { RoutedAnswer } from './routed-answer';
import { findRoute, type Found, member, problem } from './routing';
import { ROUTES } from './services';
import type { SimulatorTokens } from './tokens';

export interface PlatformParts {
  journal: Journal;
  faults: Faults;
  answers: ConfiguredAnswers;
  tokens: SimulatorTokens;
  providers: ProviderState;
  /** False: calls are served without a token. */
  requireToken: boolean;
}

const TOKEN_PATH = /^(?:\/providers\/[^/]+)?\/oauth2\/access_token$/;

/** Plays the platform's services and the providers: every request is logged, run past the faults, checked, applied once. */
export class PlatformHttp {
  constructor(private readonly parts: PlatformParts) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await readRequest(request);
    const found = findRoute(ROUTES, received.method, received.path);
    const entry = this.logged(received, found);
    const decision = await this.parts.faults.decide(entry.service);
    if (decision.kind === 'destroy') return this.destroy(entry, response);
    if (decision.kind === 'answer') {
      this.parts.journal.answered(entry, decision.status);
      if (decision.html) return sendHtml(response, decision.status, decision.headers);
      return sendJson(response, decision.status, { error_code: 'simulated_fault' }, decision.headers);
    }
    const answer = this.answer(entry, received, found);
    if (decision.dropAnswer) return this.destroy(entry, response);
    this.parts.journal.answered(entry, answer.status);
    if (answer.html) sendHtml(response, answer.status, {});
    else sendJson(response, answer.status, answer.body);
  }

  private logged(received: SimulatedRequest, found: Found | null): LogEntry {
    const { method, path, query, idempotencyKey } = received;
    const service = TOKEN_PATH.test(path) ? 'token' : serviceOf(found);
    const body = service === 'token' ? masked(received.body) : received.body;
    return this.parts.journal.received({
      service,
      method,
      path,
      query,
      idempotencyKey,
      body,
      ...subjectOf(received, found),
    });
  }

  /** Synchronous from the look-up of the key to the effect, so that two requests with one key cannot both have it. */
  private answer(entry: LogEntry, received: SimulatedRequest, found: Found | null): RoutedAnswer {
    const { journal, tokens, answers, providers } = this.parts;
    if (entry.service === 'token') return this.token(received);
    if (this.parts.requireToken && !tokens.accepts(received.authorization)) return problem(401, 'invalid_token');
    if (!found) return problem(404, 'no_such_route');
    const before = entry.idempotencyKey === null ? undefined : journal.remembered(entry.service, entry.idempotencyKey);
    entry.repeat = before !== undefined;
    if (before) return before;
    const { query, body } = received;
    const answer = found.route.handle({ params: found.params, query, body }, answers, providers);
    Object.assign(entry, answer.subject);
    if (answer.effect !== undefined)
      journal.applied(entry, answer.effect, { status: answer.status, body: answer.body });
    return answer;
  }

  private token(received: SimulatedRequest): RoutedAnswer {
    if (received.method !== 'POST' || member(received.body, 'grant_type') !== 'client_credentials') {
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    }
    if (this.parts.tokens.refuse || !member(received.body, 'client_id') || !member(received.body, 'client_secret')) {
      return { status: 401, body: { error: 'invalid_client' } };
    }
    return { status: 200, body: this.parts.tokens.issue() };
  }

  private destroy(entry: LogEntry, response: ServerResponse): void {
    this.parts.journal.answered(entry, null);
    response.destroy();
  }
}

function serviceOf(found: Found | null): string {
  if (!found) return 'unknown';
  return found.route.service === 'provider' ? `provider:${found.params[0] ?? ''}` : found.route.service;
}

function masked(body: unknown): unknown {
  return typeof body === 'object' && body !== null ? { ...body, client_secret: '[redacted]' } : body;
}

/** What the request says of itself: in the body, the query or the path; providers use the vendor's spelling. */
function subjectOf(received: SimulatedRequest, found: Found | null): Subject {
  const named = (name: string, vendorName: string): Subject => {
    const value = member(received.body, name) ?? member(received.body, vendorName) ?? received.query[name];
    return typeof value === 'string' ? { [name]: value } : {};
  };
  return {
    ...named('userId', 'user_id'),
    ...named('courseId', 'course_id'),
    ...named('contentId', 'content_id'),
    ...found?.route.subject?.(found.params),
  };
}
