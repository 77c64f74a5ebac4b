import type { Dispatcher } from 'undici';
import { serviceTokens } from './json-service';
import type { TokenCache } from './oauth';

/** Tokens of a service that is configured with credentials; null where it goes without. */
export function buildTokens(
  service: string,
  tokenUrl: string | undefined,
  { clientId, clientSecret }: { clientId?: string; clientSecret?: string },
  timeoutMs: number,
  dispatcher: Dispatcher,
  scheme: 'Bearer' | 'JWT' = 'Bearer',
): TokenCache | null {
  if (!tokenUrl || !clientId || !clientSecret) return null;
  return serviceTokens({ service, tokenUrl, clientId, clientSecret, timeoutMs, dispatcher, scheme });
}

export function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}
