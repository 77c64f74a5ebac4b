import type { TSchema } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ApiError } from '../../contracts/api-error';
import { findStrangePart } from '../http/strange-text';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A vendor's review counts although a text in it cannot be stored as it is. */
    strangeTextCounts?: true;
  }
}

/** What every request has to be before its schemas are asked: text that can be stored, of a depth that can be worked on. */
export const soundRequestsPlugin = fastifyPlugin(async (app) => {
  app.addHook('preValidation', async (request) => {
    requireSound(request, 'params', request.params);
    requireSound(request, 'querystring', request.query);
    requireSound(request, 'body', request.routeOptions.config.streamedBody ? null : request.body);
    convertAddress(request);
  });
});

function requireSound(request: FastifyRequest, part: string, value: unknown): void {
  const texts = !(part === 'body' && request.routeOptions.config.strangeTextCounts);
  const strange = findStrangePart(value, { texts });
  if (!strange) return;
  const { pointer, message } = strange;
  throw new ApiError('bad-request', `${part}${pointer} ${message}`, { errors: [{ in: part, pointer, message }] });
}

/** Path and query are text by nature, so numbers and booleans are read from them, in one spelling; bodies are never converted. */
function convertAddress(request: FastifyRequest): void {
  const { params, querystring } = (request.routeOptions.schema ?? {}) as { params?: TSchema; querystring?: TSchema };
  if (params) request.params = converted(params, request.params);
  if (querystring) request.query = converted(querystring, request.query);
}

function converted(schema: TSchema, given: unknown): unknown {
  const members = (schema['properties'] ?? {}) as Record<string, { type?: string }>;
  const entries = Object.entries((given ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, readAs(members[name]?.type, value)]));
}

const INTEGER = /^(0|-?[1-9]\d{0,14})$/;

/** What is no number or boolean stays a text, which the schema refuses. */
function readAs(type: string | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'integer' && INTEGER.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
