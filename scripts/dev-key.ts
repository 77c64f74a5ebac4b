import { credentialKeys } from '../dev/credential-keys';
import { devKey } from '../dev/dev-key';

/**
 * Makes what is missing of the development keys: the pair named by AUTH_DEV_KEY_FILE, which the API verifies tokens with, and
 * the file that CREDENTIAL_KEYS names with `@`.
 */
async function main(): Promise<void> {
  const { AUTH_DEV_KEY_FILE: file, CREDENTIAL_KEYS: keys } = process.env;
  if (!file) throw new Error('AUTH_DEV_KEY_FILE is not set: it names the file the key pair is kept in.');
  await devKey(file);
  if (keys?.startsWith('@')) credentialKeys(keys.slice(1));
  console.log('The development keys are in place.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
