import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ApiError } from '../../contracts/api-error';
import { type ErrorCode, ERRORS } from '../../contracts/errors';
import { BadCursorError } from '../../db/core/cursor';
import { isDatabaseUnavailable } from '../../db/core/database-failure';
import { loggedError } from '../../db/core/logged-error';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Codes that mean "later": they carry Retry-After. */
const RETRY_AFTER_SECONDS = 2;

/** One shape for every error (RFC 9457); what is not a `ApiError` is either Fastify's own 4xx or a defect. */
export const problemPlugin = fastifyPlugin(async (app) => {
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, new ApiError('not-found', 'There is nothing at this address for this method.')),
  );
});

/** Also used for errors that come before routing, e.g. an address that cannot be decoded. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const apiError = toApiError(error);
  const { code } = apiError;
  if (ERRORS[code].status >= 500) request.log.error({ err: loggedError(error), code }, 'request failed');
  return sendProblem(request, reply, apiError);
}

/** Writes the problem document; `instance` is the request id, which the log carries as well. */
function sendProblem(request: FastifyRequest, reply: FastifyReply, apiError: ApiError): FastifyReply {
  const { code } = apiError;
  if (ERRORS[code].status < 500) request.log.info({ code }, 'request refused');
  return reply.serializer((text: unknown) => text as string).send(problemText(request, reply, apiError));
}

/** For hooks that run when an answer is on its way already: makes it this error's. @returns the new payload. */
export function replaceByProblem(request: FastifyRequest, reply: FastifyReply, error: FastifyError): string {
  const apiError = toApiError(error);
  request.log.error({ err: loggedError(error), code: apiError.code }, 'answer not kept');
  void reply.removeHeader('location').removeHeader('content-length');
  return problemText(request, reply, apiError);
}

function problemText(request: FastifyRequest, reply: FastifyReply, apiError: ApiError): string {
  const { status, title } = ERRORS[apiError.code];
  if (status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  const problem = {
    type: `/docs/errors#${apiError.code}`,
    title,
    status,
    ...(apiError.message ? { detail: apiError.message } : {}),
    instance: request.id,
    code: apiError.code,
    ...apiError.extras,
  };
  void reply.header('x-request-id', request.id);
  void reply.code(status).header('content-type', PROBLEM_TYPE);
  return JSON.stringify(problem);
}

const BY_STATUS: Partial<Record<number, ErrorCode>> = {
  404: 'not-found',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

/** What any error means to the caller. */
export function toApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof BadCursorError) return new ApiError('bad-request', error.message);
  if (error.validation) return invalid(error.validation, error.validationContext ?? 'body');
  if (isDatabaseUnavailable(error))
    return new ApiError('database-unavailable', 'The database cannot be reached, or cannot serve now.');
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return new ApiError('internal-error', 'The log has more under the request id.');
  return new ApiError(BY_STATUS[status] ?? 'bad-request', clientDetail(error, status));
}

/** Parser messages may quote the body, so only Fastify's own fixed wording is passed on. */
function clientDetail(error: FastifyError, status: number): string {
  return error.code?.startsWith('FST_')
    ? error.message
    : `The request is malformed (${STATUS_CODES[status] ?? status}).`;
}

function invalid(errors: FastifySchemaValidationError[], part: string): ApiError {
  const list = summarised(errors).map((error) => ({
    in: part,
    pointer: pointerOf(error),
    message: error.message ?? 'is not valid',
  }));
  const [first] = list;
  return new ApiError('bad-request', `${part}${first?.pointer ?? ''} ${first?.message ?? ''}`.trim(), { errors: list });
}

/** A word from a list has one error per word of the list; callers want the list. */
function summarised(errors: FastifySchemaValidationError[]): FastifySchemaValidationError[] {
  const words = errors.filter(({ keyword }) => keyword === 'const');
  const [first] = words;
  if (first === undefined || !errors.every((error) => isAboutWords(error, first.instancePath))) return errors;
  const allowed = words.map(({ params }) => JSON.stringify(params['allowedValue']));
  const orNull = errors.some(({ keyword }) => keyword === 'type') ? ' or null' : '';
  return [{ ...first, message: `must be ${words.length > 1 ? 'one of ' : ''}${allowed.join(', ')}${orNull}` }];
}

function isAboutWords({ keyword, instancePath, params }: FastifySchemaValidationError, path: string): boolean {
  const isWord = keyword === 'const' || keyword === 'anyOf' || (keyword === 'type' && params['type'] === 'null');
  return isWord && instancePath === path;
}

/** Points at the member that is missing or too many, not at the object around it. */
function pointerOf({ instancePath, params }: FastifySchemaValidationError): string {
  const member = params['missingProperty'] ?? params['additionalProperty'];
  if (typeof member !== 'string') return instancePath;
  return `${instancePath}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
