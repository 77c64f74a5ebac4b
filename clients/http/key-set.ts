import { getGlobalDispatcher } from 'undici';
import { withDeadline } from './deadline';
import { errorOfStatus, errorWithoutResponse, ServiceError } from './service-error';
import { exchange } from './transport';

const TIMEOUT_MS = 3_000;

/** The JSON Web Key Set at an issuer's address, unchecked. Redirects are not followed. @throws ServiceError */
export async function fetchKeySet(url: string): Promise<unknown> {
  const request = { method: 'GET', url, headers: { accept: 'application/json, application/jwk-set+json' } } as const;
  try {
    const response = await withDeadline(TIMEOUT_MS, undefined, (signal) =>
      exchange(request, { dispatcher: getGlobalDispatcher(), signal }),
    );
    if (response.status !== 200) throw errorOfStatus('keys', response);
    return parseKeySet(response.text);
  } catch (error) {
    throw errorWithoutResponse('keys', error);
  }
}

function parseKeySet(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError('keys', 'retryable', 'keys are not JSON');
  }
}
