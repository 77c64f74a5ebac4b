import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { contractText } from './contract';

const FILE = resolve(__dirname, '../openapi.json');

const HELP = `Writes openapi.json as the API's routes make it. A test fails while the file is another one.

  npm run openapi`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) return console.log(HELP);
  writeFileSync(FILE, await contractText());
  console.log('openapi.json written.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
