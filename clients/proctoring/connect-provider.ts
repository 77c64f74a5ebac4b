import type { Dispatcher } from 'undici';
import type { ProviderSettings, Settings } from '../../config/settings';
import { JsonService } from '../http/json-service';
import { buildTokens, trimSlashes } from '../http/service-token';
import type { ProctoringClient } from '../platform/services';
import { EdxRestProvider } from './edx-rest';

/** A configured provider's client; null for one without an address, which is never called. Nothing is contacted yet. */
export function connectProvider(
  provider: ProviderSettings,
  settings: Pick<Settings, 'services' | 'obfuscationKey' | 'publicUrl'>,
  dispatcher: Dispatcher,
): ProctoringClient | null {
  if (!provider.baseUrl) return null;
  const { timeoutMs } = settings.services;
  const service = `provider:${provider.name}`;
  const baseUrl = trimSlashes(provider.baseUrl);
  const tokens = buildTokens(service, `${baseUrl}/oauth2/access_token`, provider, timeoutMs, dispatcher, 'JWT');
  return new EdxRestProvider(
    new JsonService({ service, baseUrl, timeoutMs, dispatcher, ...(tokens ? { tokens } : {}) }),
    {
      provider: provider.name,
      obfuscationKey: settings.obfuscationKey ?? provider.clientSecret ?? provider.name,
      lmsHost: settings.publicUrl,
    },
  );
}
