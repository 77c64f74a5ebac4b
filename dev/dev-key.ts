import { existsSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { type DevKey, readDevKey } from '../config/dev-key';
import { keepOnce } from './key-file';

/** The ES256 key pair of this installation, made at first use and readable by its owner only. Never for production. */
export async function devKey(file: string): Promise<DevKey> {
  if (!existsSync(file)) await makeKey(file);
  return readDevKey(file);
}

async function makeKey(file: string): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const common = { kid: await calculateJwkThumbprint(publicJwk), alg: 'ES256', use: 'sig' };
  const key = { privateJwk: { ...(await exportJWK(privateKey)), ...common }, publicJwk: { ...publicJwk, ...common } };
  keepOnce(file, `${JSON.stringify(key, null, 2)}\n`);
}
