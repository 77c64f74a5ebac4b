import { DeadlineError } from '../http/deadline';
import { type AccessToken, accessTokenOf, TokenCache, TokenSession } from '../http/oauth';
import { type HttpRequest, type HttpResponse, parseJson, readField } from '../http/transport';
import type { ChannelDependencies, ChannelKindFacts } from './channel';
import { ChannelHttp, requireAccepted } from './channel-http';
import type { OpenedChannel } from './define-channel';
import { ChannelCredentialsRefused } from './record-result';
import { cancelledRejection, ChannelRejection, sendEach } from './rejection';

/** Sends one request under the record's token. */
export type SendRequest = (request: HttpRequest) => Promise<HttpResponse>;

interface TokenChannel<P> {
  kind: ChannelKindFacts['kind'];
  /** The request for an identity's token; '' where there is one token for everything. */
  tokenRequest: (identity: string) => HttpRequest;
  /** Whose token a record is sent under; absent: one token for everything. */
  identityOf?: (payload: P) => string;
  /** Whose token shows that the credentials are right. */
  probeIdentity?: string;
  /** True where a refusal may concern the identity alone (a learner's own token), not the credentials. */
  perLearner?: boolean;
  /** Sends one record. @returns the channel's status @throws ChannelRejection, ChannelBusy */
  deliver: (payload: P, send: SendRequest) => Promise<number>;
}

/** A channel that takes records one by one under access tokens. One held from before is renewed once when it is refused. */
export function openTokenChannel<P>(
  { kind, tokenRequest, identityOf = () => '', probeIdentity = '', perLearner = false, deliver }: TokenChannel<P>,
  dependencies: ChannelDependencies,
): OpenedChannel<P> {
  const http = new ChannelHttp(dependencies);
  const tokens = new TokenCache(async (identity) => {
    try {
      const response = await http.send(tokenRequest(identity), new AbortController().signal);
      if (refusesCredentials(response, perLearner)) throw new ChannelCredentialsRefused(kind, response.status);
      return requireToken(requireAccepted(response, false));
    } catch (error) {
      throw withoutToken(error);
    }
  }, dependencies.now);
  return {
    send: (batch, signal) =>
      sendEach(batch, signal, (payload) => {
        const session = new TokenSession(tokens, identityOf(payload), signal);
        const send: SendRequest = ({ headers, ...request }) =>
          session
            .send((authorization) => http.send({ ...request, headers: { ...headers, authorization } }, signal))
            .catch(throwCancelled);
        return deliver(payload, send);
      }),
    probe: (signal) => tokens.get(probeIdentity, signal).catch(throwCancelled),
  };
}

/** RFC 6749 5.2: the errors that name the client or its grant, not the one request. */
const CREDENTIAL_ERRORS = new Set(['invalid_client', 'unauthorized_client', 'invalid_grant']);

function refusesCredentials({ status, text }: HttpResponse, perLearner: boolean): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  return CREDENTIAL_ERRORS.has(String(readField(parseJson(text), 'error'))) || (status !== 400 && !perLearner);
}

/** A 200 without both token and life is no token (golden <channel>/pass/token-200-*): counted as sent there, a failure here. */
function requireToken(response: HttpResponse): AccessToken {
  const token = accessTokenOf(response);
  if (token) return token;
  const { status } = response;
  throw new ChannelRejection('token', `a malformed token answer (${status})`, { retryable: true, status });
}

const KEPT_CODES: ReadonlySet<string> = new Set(['token', 'cancelled', 'address-refused']);

/** Without a token the record itself was not sent, whatever happened to the token. */
function withoutToken(error: unknown): unknown {
  if (!(error instanceof ChannelRejection) || KEPT_CODES.has(error.code)) return error;
  const { retryable = false, status = null } = error.details;
  return new ChannelRejection('token', `no token: ${error.message}`, { retryable, status });
}

/** A caller who gave up while waiting for a token has sent nothing. */
function throwCancelled(error: unknown): never {
  throw error instanceof DeadlineError ? cancelledRejection() : error;
}
