import { devKey } from '../dev/dev-key';

/** Makes the development key pair named by AUTH_DEV_KEY_FILE if it is not there yet; the API verifies tokens with it. */
async function main(): Promise<void> {
  const file = process.env['AUTH_DEV_KEY_FILE'];
  if (!file) throw new Error('AUTH_DEV_KEY_FILE is not set: it names the file the key pair is kept in.');
  await devKey(file);
  console.log('The development key is in place.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
