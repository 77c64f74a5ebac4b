import type { ProviderSettings } from '../../config/settings';
import type { TokenForm } from '../../contracts/http/vendor-tokens';
import { isSameSecret } from './same-secret';

/** RFC 6749 5.2: why there is no token. */
export class TokenRefusal extends Error {
  constructor(
    readonly code: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type',
    description: string,
  ) {
    super(description);
    this.name = 'TokenRefusal';
  }
}

interface ClientCredentials {
  id: string;
  secret: string;
}

/** Compared where there is no such client, so that the answer takes as long. */
const NO_SECRET = 'no provider has this secret';

/**
 * The provider that asks for a token, by its client id and secret: in the form, or as `Authorization: Basic`.
 * @throws TokenRefusal
 */
export function authenticateClient(
  providers: readonly ProviderSettings[],
  form: TokenForm,
  authorization: string | undefined,
): ProviderSettings {
  if (form.grant_type !== 'client_credentials')
    throw new TokenRefusal('unsupported_grant_type', 'Only client_credentials is supported.');
  const { id, secret } = authorization === undefined ? credentialsOf(form) : basicCredentials(authorization, form);
  const provider = providers.find(({ inboundClientId }) => inboundClientId === id);
  const isSame = isSameSecret(secret, provider?.inboundClientSecret ?? NO_SECRET);
  if (provider?.inboundClientSecret === undefined || !isSame) throw wrongClient();
  return provider;
}

function credentialsOf({ client_id: id = '', client_secret: secret = '' }: TokenForm): ClientCredentials {
  if (id === '') throw new TokenRefusal('invalid_request', 'client_id and client_secret are missing.');
  return { id, secret };
}

/** RFC 6749 2.3.1: both halves are form-encoded. A client uses one way only. */
function basicCredentials(authorization: string, form: TokenForm): ClientCredentials {
  if (form.client_secret !== undefined)
    throw new TokenRefusal('invalid_request', 'Send the secret in the form or as Authorization: Basic, not both.');
  const [, encoded] = /^Basic ([A-Za-z0-9+/_-]+={0,2})$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (id === undefined || secret === undefined) throw wrongClient();
  return { id: formDecoded(id), secret: formDecoded(secret) };
}

/** What is no form encoding is taken as it is: many clients do not encode. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function wrongClient(): TokenRefusal {
  return new TokenRefusal('invalid_client', 'There is no such client, or the secret is another one.');
}
