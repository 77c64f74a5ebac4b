import { join } from 'node:path';
import type { startStack } from '../../dev/stack';
import { ATTEMPTS_PROVIDER } from '../attempts/plan';

/** Effects get more than their usual first second: on a crowded machine one left over would fall into the other's turn. */
const ENVIRONMENT = {
  INSTRUCTOR_URL: '',
  SMTP_URL: '',
  ATTEMPT_IDLE_MS: '3600000',
  EFFECT_BUDGET_MS: '5000',
  LOG_LEVEL: 'warn',
};

/** Runs the stack of the checkout named on the command line and tells its parent where it is; ends when the parent does. */
async function main(folder: string): Promise<void> {
  const stackModule = (await import(join(folder, 'dev/stack.ts'))) as { startStack: typeof startStack };
  const stack = await stackModule.startStack({
    ignoreExternal: true,
    providers: [ATTEMPTS_PROVIDER],
    env: ENVIRONMENT,
  });
  const stop = (): void => void stack.stop().then(() => process.exit(0));
  process.once('disconnect', stop);
  process.send?.({ urls: stack.urls, devKeyFile: stack.devKeyFile });
}

void main(process.argv[2] ?? '');
