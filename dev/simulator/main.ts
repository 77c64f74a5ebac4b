import { parseArgs } from 'node:util';
import { Simulator } from './simulator';

const USAGE = `Plays the learning platform, the proctoring providers and a mail server on 127.0.0.1.

  tsx dev/simulator/main.ts [--port 8090] [--smtp-port 8025] [--log FILE] [--keep 200000] [--no-token]

  --port, --smtp-port   where to listen; 0 takes a free port
  --log FILE            every request, answer and effect is appended as a line of JSON
  --keep N              entries kept in memory
  --no-token            calls are served without an OAuth2 token

The control API is under /_sim; see docs/platform-api.md, or: npm run sim -- --help`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8090' },
      'smtp-port': { type: 'string', default: '8025' },
      log: { type: 'string' },
      keep: { type: 'string', default: '200000' },
      'no-token': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const simulator = new Simulator({
    keep: Number(values.keep),
    requireToken: !values['no-token'],
    ...(values.log === undefined ? {} : { logFile: values.log }),
  });
  const urls = await simulator.start({ port: Number(values.port), smtpPort: Number(values['smtp-port']) });
  console.log(JSON.stringify({ simulator: urls.base, smtp: urls.smtp }));
  const stop = (): void => void simulator.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
