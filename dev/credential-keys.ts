import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { keepOnce } from './key-file';

/**
 * CREDENTIAL_KEYS of this installation, made at first use and readable by its owner only. In production the keys come from
 * where secrets are kept. @returns `@file`, so that the key itself is in no process's environment.
 */
export function credentialKeys(file: string): string {
  if (!existsSync(file)) keepOnce(file, `dev1:${randomBytes(32).toString('base64')}\n`);
  return `@${file}`;
}
