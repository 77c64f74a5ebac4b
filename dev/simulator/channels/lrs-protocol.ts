import { createHash, randomUUID } from 'node:crypto';
import { BoundedMap } from '../bounded';
import type { ChannelState } from './channel-state';
import {
  hasBasic,
  NOT_FOUND,
  planned,
  type ChannelProtocol,
  type Silence,
  textField,
  type ProtocolAnswer,
} from './protocol';

type Statement = Record<string, unknown>;
/** Statements kept whole, so that GET can return them. */
const KEPT = 20_000;

/** A learning record store (xAPI 1.0.3): statements are kept under their id for ever and never changed. */
export class LrsProtocol {
  private readonly hashes = new Map<string, string>();
  private readonly whole = new BoundedMap<Statement>(KEPT);

  readonly answer: ChannelProtocol = (request, state) => {
    const { method, path, query, body } = request;
    if (!hasBasic(request) || state.settings.refuseClient) return { status: 401, body: { error: 'credentials' } };
    if (method === 'GET' && path === '/about') return { status: 200, body: { version: ['1.0.3'] } };
    if (path !== '/statements') return NOT_FOUND;
    if (!/^1\.0/.test(String(request.headers['x-experience-api-version'] ?? '')))
      return { status: 400, body: { error: 'X-Experience-API-Version is missing' } };
    return this.statements(method, query['statementId'] ?? '', body, state);
  };

  private statements(method: string, id: string, body: unknown, state: ChannelState): ProtocolAnswer | Silence {
    if (method === 'GET') return this.stored(id);
    if (method === 'PUT') return this.put(id, body, state);
    return method === 'POST' ? this.post(body, state) : NOT_FOUND;
  }

  private stored(id: string): ProtocolAnswer {
    const statement = this.whole.get(id);
    return statement ? { status: 200, body: statement } : NOT_FOUND;
  }

  private put(id: string, body: unknown, state: ChannelState): ProtocolAnswer | Silence {
    const statement = { ...(body as Statement), id };
    const rejection = this.rejection([statement], state);
    if (rejection) return rejection;
    this.store(statement, state);
    return { status: 204 };
  }

  /** All statements of a batch or none (xAPI 1.0.3, part 3, 2.1.2). */
  private post(body: unknown, state: ChannelState): ProtocolAnswer | Silence {
    const list = (Array.isArray(body) ? body : [body]) as Statement[];
    const statements = list.map((statement) => ({ id: randomUUID(), ...statement }));
    const rejection = this.rejection(statements, state);
    if (rejection) return rejection;
    for (const statement of statements) this.store(statement, state);
    return { status: 200, body: statements.map(({ id }) => id) };
  }

  private rejection(statements: (Statement & { id: string })[], state: ChannelState): ProtocolAnswer | Silence | null {
    for (const one of statements) {
      const record = { learner: learnerOf(one), course: courseOf(one) };
      const failure = planned(state, record, (status) => ({ error: `failed (${status})` }));
      if (failure) return failure;
    }
    const { poison } = state.settings;
    const bad = statements.filter((one) => !isComplete(one) || poison.includes(learnerOf(one)));
    for (const one of bad) state.count(learnerOf(one), courseOf(one), 'refused');
    if (bad.length > 0) return { status: 400, body: { error: `${bad.length} bad statements` } };
    if (new Set(statements.map(({ id }) => id)).size < statements.length)
      return { status: 400, body: { error: 'an id twice' } };
    const other = statements.some((one) => (this.hashes.get(one.id) ?? hashOf(one)) !== hashOf(one));
    return other ? { status: 409, body: { error: 'another statement has this id' } } : null;
  }

  private store(statement: Statement & { id: string }, state: ChannelState): void {
    const known = this.hashes.has(statement.id);
    state.count(learnerOf(statement), courseOf(statement), known ? 'repeated' : 'accepted');
    if (known) return;
    this.hashes.set(statement.id, hashOf(statement));
    this.whole.set(statement.id, { ...statement, stored: new Date().toISOString() });
  }
}

function isComplete(statement: Statement): boolean {
  return learnerOf(statement) !== '' && textField(statement, 'verb', 'id') !== '' && courseOf(statement) !== '';
}

function learnerOf(statement: Statement): string {
  return textField(statement, 'actor', 'mbox').replace(/^mailto:/, '');
}

function courseOf(statement: Statement): string {
  return textField(statement, 'object', 'id');
}

function hashOf(statement: Statement): string {
  return createHash('sha1').update(JSON.stringify(statement)).digest('base64');
}
