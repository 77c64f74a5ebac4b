import { createHash, randomUUID } from 'node:crypto';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import {
  type BeginResult,
  beginRequest,
  finishRequest,
  recordRequest,
  releaseRequest,
} from '../../db/requests/idempotency';
import { reachOf } from '../auth/reach';
import { isCallback, reasonOf } from '../http/reason';
import { sorted } from '../http/sorted-members';
import { replaceByProblem } from './problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** The id of the command this request carries: the same for every repetition under the same key. */
    commandId: string;
    /** The key this request holds and has to finish or give back. */
    heldKey: HeldKey | null;
  }
  interface FastifyContextConfig {
    /** Off for streamed bodies: they cannot be compared, and the import is idempotent by itself. */
    idempotencyKey?: false;
  }
}

interface HeldKey {
  key: string;
  principal: string;
}

/** Longer than a caller waits (10 s), so that a key is only taken over from a process that died. */
const LOCK_MS = 20_000;
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const STORED_HEADERS = ['content-type', 'location', 'etag'];

/**
 * Idempotency-Key (docs/design.md#idempotency-keys). The answer is kept before it is sent, so a caller that has seen it
 * gets it again. 5xx answers give the key back: the next try continues the same command, which workflow and database
 * recognise by its id.
 */
export const idempotencyPlugin = fastifyPlugin<{ knex: Knex }>(async (app, { knex }) => {
  app.decorateRequest('commandId', '');
  app.decorateRequest('heldKey', null);
  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    request.commandId = key === undefined ? `r:${randomUUID()}` : commandIdOf(request.principal.id, key);
    const sent = { principal: request.principal.id, requestId: request.id, reason: reasonOf(request) };
    const { commandId } = request;
    if (key === undefined) {
      if (isByPrincipal(request)) await recordRequest(knex, { ...sent, commandId });
      return undefined;
    }
    const held = { key, principal: sent.principal };
    const fingerprint = fingerprintOf(request);
    const begun = await beginRequest(knex, { ...sent, key, commandId, fingerprint, lockMs: LOCK_MS });
    if (begun.state !== 'new') return answerRepeat(begun, reply);
    request.heldKey = held;
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const held = request.heldKey;
    if (held === null) return payload;
    request.heldKey = null;
    try {
      await finishOrRelease(knex, held, reply, payload);
      return payload;
    } catch (error) {
      // An answer that a repetition might not get must not be given; a hook that throws here would send it half changed.
      return replaceByProblem(request, reply, error as FastifyError);
    }
  });
});

async function finishOrRelease(knex: Knex, held: HeldKey, reply: FastifyReply, payload: unknown): Promise<void> {
  if (reply.statusCode >= 500) {
    // The key frees itself when its lock ends; the answer matters more than giving it back at once.
    await releaseRequest(knex, held).catch((error: unknown) => reply.log.warn({ err: error }, 'key not released'));
    return;
  }
  const headers = Object.fromEntries(
    STORED_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
  await finishRequest(knex, {
    ...held,
    status: reply.statusCode,
    headers,
    body: typeof payload === 'string' ? payload : null,
  });
}

function answerRepeat(begun: Exclude<BeginResult, { state: 'new' }>, reply: FastifyReply): FastifyReply {
  switch (begun.state) {
    case 'mismatch':
      throw new ApiError('idempotency-key-reused', 'The key came with another method, address, body or token before.');
    case 'running':
      throw new ApiError('request-in-progress', 'The first request with this key has no answer yet.');
    case 'replay':
      return reply
        .code(begun.status)
        .headers({ ...begun.headers, 'idempotent-replayed': 'true' })
        .serializer((body: unknown) => body as string)
        .send(begun.body ?? undefined);
  }
}

function keyOf(request: FastifyRequest): string | undefined {
  if (!WRITES.has(request.method) || request.routeOptions.config.idempotencyKey === false) return undefined;
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new ApiError('bad-request', 'Idempotency-Key is 1 to 255 visible ASCII characters.');
}

/** A vendor's callback speaks for itself, and an import keeps who sent it in the audit log. */
function isByPrincipal({ method, routeOptions: { config } }: FastifyRequest): boolean {
  return WRITES.has(method) && !config.anonymous && config.idempotencyKey !== false && !isCallback(config);
}

function commandIdOf(principal: string, key: string): string {
  return `k:${createHash('sha256').update(`${principal}\n${key}`).digest('base64url')}`;
}

function fingerprintOf(request: FastifyRequest): string {
  const { method, url, body, principal } = request;
  return createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(sorted(body ?? null))}${reachOf(principal)}`)
    .digest('base64url');
}
