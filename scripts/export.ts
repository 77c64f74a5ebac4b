import type { Problem } from '../contracts/http/common';
import type { ExportAnswer } from '../contracts/http/exports';
import { ExportBar } from '../dev/export-bar';
import { followExport } from '../dev/export-follower';
import { exportTable } from '../dev/export-table';
import { type ExportOptions, HELP, readExportOptions, UsageError } from './export/options';

const MISUSED = 2;
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = await readExportOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  const begun = await begin(options);
  if ('refused' in begun) {
    console.error(refusalText(begun.refused));
    return MISUSED;
  }
  if (options.wish.do === 'cancel') {
    console.error(`Export ${begun.exportId} will end within a batch.`);
    return 0;
  }
  const ended = await follow(options, begun);
  if (ended === null) return INTERRUPTED;
  console.log(options.json ? JSON.stringify(ended) : conclusion(ended));
  return ended.status === 'completed' ? 0 : 1;
}

/** Asks for what is wished for; the export it is about. */
async function begin({ url, token, wish }: ExportOptions): Promise<ExportAnswer | { refused: Problem }> {
  const one = 'exportId' in wish ? `/v1/exports/${encodeURIComponent(wish.exportId)}` : '';
  const [method, path] =
    wish.do === 'start' ? ['POST', wish.path] : wish.do === 'cancel' ? ['POST', `${one}/cancel`] : ['GET', one];
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(wish.do === 'start' ? { 'content-type': 'application/json' } : {}),
    },
    ...(wish.do === 'start' ? { body: JSON.stringify(wish.body) } : {}),
  });
  const answer = (await response.json()) as ExportAnswer | Problem;
  return response.ok ? (answer as ExportAnswer) : { refused: answer as Problem };
}

/** Null: whoever started this has seen enough; the export goes on. */
async function follow(
  { url, token }: ExportOptions,
  { exportId, ...begun }: ExportAnswer,
): Promise<ExportAnswer | null> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const bar = new ExportBar(`Export ${exportId}`, process.stderr.isTTY);
  bar.show({ ...begun, exportId });
  try {
    return await followExport({ url, token, exportId }, (seen) => bar.show(seen), stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    bar.stop();
    console.error(`\nExport ${exportId} goes on.`);
    console.error(`  follow it:  npm run export -- --follow ${exportId}`);
    console.error(`  cancel it:  npm run export -- --cancel ${exportId}`);
    return null;
  } finally {
    bar.stop();
  }
}

function conclusion(ended: ExportAnswer): string {
  const { exportId, status, reason, dryRun, needsAttention } = ended;
  const how = [status, ...(reason === null ? [] : [`(${reason})`]), ...(dryRun ? ['· dry run, nothing left'] : [])];
  return [
    exportTable(ended),
    `Export ${exportId}: ${how.join(' ')}`,
    ...(needsAttention === null ? [] : [`A person should look at it: ${needsAttention}`]),
    `Each enrollment: GET /v1/exports/${exportId}/records (Accept: application/json, application/x-ndjson, text/csv)`,
  ].join('\n');
}

function refusalText({ title, detail, code, ...rest }: Problem & { exportId?: string }): string {
  const follow = rest.exportId === undefined ? [] : [`  follow it:  npm run export -- --follow ${rest.exportId}`];
  return [`${title}${detail === undefined ? '' : `: ${detail}`} (${code})`, ...follow].join('\n');
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${HELP}` : error.message);
    process.exitCode = MISUSED;
  },
);
