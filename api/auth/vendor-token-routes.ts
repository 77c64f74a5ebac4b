import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { responses } from '../../contracts/http/common';
import { KeySetAnswer, TokenAnswer, TokenErrorAnswer, TokenForm } from '../../contracts/http/vendor-tokens';
import type { RouteOptions } from '../context';
import { handleError } from '../plugins/problem';
import { authenticateClient, TokenRefusal } from './client-credentials';
import { signVendorToken, VENDOR_SCOPES, VENDOR_TOKEN_SECONDS, vendorKeySet } from './vendor-tokens';

const FORM = 'application/x-www-form-urlencoded';
const FORM_LIMIT = 16 * 1024;
/** Those who verify our tokens may keep the keys so long. */
const KEYS_MAX_AGE_SECONDS = 30;
const tags = ['vendor tokens'];
const anonymous = { anonymous: true, idempotencyKey: false } as const;

/** Tokens for vendors that call back by edX's REST protocol, and the keys these are verified with (RFC 6749, RFC 7517). */
export const vendorTokenRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(FORM, { parseAs: 'string' }, async (_: unknown, body: string) => parseForm(body));
  app.setErrorHandler(answerError);

  const response = { ...responses({ 200: TokenAnswer }), 400: TokenErrorAnswer, 401: TokenErrorAnswer };
  const token = { tags, consumes: [FORM], body: TokenForm, response };
  const options = { config: anonymous, schema: token, attachValidation: true, bodyLimit: FORM_LIMIT };
  app.post('/oauth2/access_token', options, async (request, reply) => {
    if (request.validationError) throw new TokenRefusal('invalid_request', 'Send a form with each parameter once.');
    const { body, headers } = request;
    const provider = authenticateClient(context.settings.providers, body, headers.authorization);
    const accessToken = await signVendorToken(context, provider);
    void reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    return {
      access_token: accessToken,
      expires_in: VENDOR_TOKEN_SECONDS,
      token_type: body.token_type?.toLowerCase() === 'jwt' ? ('JWT' as const) : ('Bearer' as const),
      scope: VENDOR_SCOPES.join(' '),
    };
  });

  const keys = { tags, response: responses({ 200: KeySetAnswer }) };
  app.get('/.well-known/jwks.json', { config: anonymous, schema: keys }, async (_request, reply) => {
    void reply.header('cache-control', `public, max-age=${KEYS_MAX_AGE_SECONDS}`);
    return vendorKeySet(context.knex);
  });
};

/** A parameter that is there more than once becomes a list, which the schema refuses (RFC 6749 3.2). */
function parseForm(body: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}

/** OAuth2 has errors of its own; what is not the client's fault is answered as everywhere. */
function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = error instanceof TokenRefusal ? error : malformedRequest(error);
  if (!refusal) return handleError(error, request, reply);
  const { code, message } = refusal;
  if (code === 'invalid_client') void reply.header('www-authenticate', 'Basic realm="vendor tokens"');
  void reply.code(code === 'invalid_client' ? 401 : 400).header('cache-control', 'no-store');
  return reply.send({ error: code, error_description: message });
}

function malformedRequest({ statusCode = 500 }: FastifyError): TokenRefusal | undefined {
  if (statusCode < 400 || statusCode >= 500) return undefined;
  return new TokenRefusal('invalid_request', `Send ${FORM} of at most ${FORM_LIMIT / 1024} KiB.`);
}
