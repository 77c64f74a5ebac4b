import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleWorkflows } from './workflow-bundle';

/** Last step of `npm run build`: the prebuilt bundle beside the compiled code, where the worker looks first. */
async function main(): Promise<void> {
  const file = join(resolve(__dirname, '..'), 'workflow-bundle.js');
  const { code } = await bundleWorkflows();
  writeFileSync(file, code);
  console.log(`workflow bundle: ${(code.length / 1e6).toFixed(2)} MB`);
}

void main();
