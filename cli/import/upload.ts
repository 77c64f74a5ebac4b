import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ApiAccess, type ApiReply, UnreachableError } from '../api';
import { causeCode, CommandError } from '../failures';
import type { UploadProgress } from './progress';

/** The API reads no faster than it stores, but it never pauses this long. */
const SILENCE_MS = 300_000;

/**
 * Posts NDJSON as it is read: the API reads no faster than it stores, so what was sent shows how far it is. A refusal may
 * come before everything was sent; then the answer counts, and what is left is not sent. @throws CommandError
 */
export async function upload(
  access: ApiAccess,
  path: string,
  source: Readable,
  progress: UploadProgress,
): Promise<ApiReply> {
  const address = new URL(`${access.api.value}${path}`);
  const headers = { authorization: `Bearer ${access.token}`, 'content-type': 'application/x-ndjson' };
  const begin = address.protocol === 'https:' ? requestHttps : requestHttp;
  const request = begin(address, { method: 'POST', headers });
  const silence = Object.assign(new Error('silence'), { code: 'silent for five minutes' });
  request.setTimeout(SILENCE_MS, () => request.destroy(silence));
  /** Each ends the other, so the first one counts. */
  let failed: 'file' | 'request' | undefined;
  source.once('error', () => (failed ??= 'file'));
  request.once('error', () => (failed ??= 'request'));
  const reply = new Promise<ApiReply>((resolve, reject) => {
    request.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
  });
  const stopped = new AbortController();
  const sent = pipeline(source, progress.counter(), request, { signal: stopped.signal }).catch(() => undefined);
  try {
    return await reply;
  } catch (error) {
    if (failed === 'file') throw new CommandError(`The file could not be read to its end (${causeCode(error)}).`);
    throw new UnreachableError(access.api, error);
  } finally {
    stopped.abort();
    await sent;
  }
}
