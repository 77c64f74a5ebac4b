import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * CREDENTIAL_KEYS of this installation, made at first use and readable by its owner only. In production the keys come from
 * where secrets are kept. @returns `@file`, so that the key itself is in no process's environment.
 */
export function credentialKeys(file: string): string {
  if (!existsSync(file)) makeKey(file);
  return `@${file}`;
}

/** Written beside and linked into place: of two processes that start together both end up with the same key. */
function makeKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `dev1:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}
