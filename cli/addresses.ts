import { join } from 'node:path';
import type { Env } from '../config/env-reader';
import { dataDirOf, runningAddresses, type StackAddresses } from '../config/running-file';
import { MisuseError } from './failures';

/** Where an API listens unless it is told otherwise. */
const USUAL_API = 'http://127.0.0.1:8080';

/** Options that name an address; each is preferred to what is found. */
export interface AddressOptions {
  url?: string;
  keyFile?: string;
  /** Whose running.json is read. */
  dataDir?: string;
}

/** What an address was taken from, so that a failure can say what to correct. */
export interface Found {
  value: string;
  from: string;
}

/** Reads the note of a running development stack; replaced in tests. */
export type ReadAddresses = (dataDir: string) => StackAddresses | undefined;

/** The API's address: --url, INVIGIL_URL, the stack that runs, the usual port. @throws MisuseError when it is no address. */
export function findApi(options: AddressOptions, env: Env, read: ReadAddresses = runningAddresses): Found {
  const running = read(dataDirOf(options.dataDir, env));
  const found = given(options.url, '--url') ??
    given(env['INVIGIL_URL'], 'INVIGIL_URL') ??
    given(running?.api, 'the running `npm start`') ?? { value: USUAL_API, from: 'the usual address' };
  if (hasPassword(found.value)) throw new MisuseError(`The address from ${found.from} holds a user or password.`);
  if (!isHttp(found.value)) throw new MisuseError(`"${found.value}" (${found.from}) is no http or https address.`);
  return { ...found, value: found.value.replace(/\/+$/, '') };
}

/** The development key: --key-file, AUTH_DEV_KEY_FILE, the stack that runs, the one of the data folder. */
export function findKeyFile(options: AddressOptions, env: Env, read: ReadAddresses = runningAddresses): Found {
  const dataDir = dataDirOf(options.dataDir, env);
  return (
    given(options.keyFile, '--key-file') ??
    given(env['AUTH_DEV_KEY_FILE'], 'AUTH_DEV_KEY_FILE') ??
    given(read(dataDir)?.devKeyFile, 'the running `npm start`') ?? {
      value: join(dataDir, 'dev-key.json'),
      from: 'the usual place',
    }
  );
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

/** fetch refuses such addresses, and no message may repeat them. */
function hasPassword(address: string): boolean {
  return URL.canParse(address) && new URL(address).username + new URL(address).password !== '';
}

function given(value: string | undefined, from: string): Found | undefined {
  return value ? { value, from } : undefined;
}
