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
  const started = await request(options);
  if ('refused' in started) {
    console.error(errorText(started.refused));
    return MISUSED;
  }
  if (options.action.do === 'cancel') {
    console.error(`Export ${started.exportId} will end within a batch.`);
    return 0;
  }
  const ended = await follow(options, started);
  if (ended === null) return INTERRUPTED;
  console.log(options.json ? JSON.stringify(ended) : conclusion(ended));
  return ended.status === 'completed' ? 0 : 1;
}

/** Sends the request. @returns the export it is about. */
async function request({ url, token, action }: ExportOptions): Promise<ExportAnswer | { refused: Problem }> {
  const address = 'exportId' in action ? `/v1/exports/${encodeURIComponent(action.exportId)}` : '';
  const [method, path] =
    action.do === 'start'
      ? ['POST', action.path]
      : action.do === 'cancel'
        ? ['POST', `${address}/cancel`]
        : ['GET', address];
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(action.do === 'start' ? { 'content-type': 'application/json' } : {}),
    },
    ...(action.do === 'start' ? { body: JSON.stringify(action.body) } : {}),
  });
  const answer = (await response.json()) as ExportAnswer | Problem;
  return response.ok ? (answer as ExportAnswer) : { refused: answer as Problem };
}

/** Null: watching was interrupted; the export goes on. */
async function follow(
  { url, token }: ExportOptions,
  { exportId, ...started }: ExportAnswer,
): Promise<ExportAnswer | null> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const bar = new ExportBar(`Export ${exportId}`, process.stderr.isTTY);
  bar.update({ ...started, exportId });
  try {
    return await followExport({ url, token, exportId }, (seen) => bar.update(seen), stopped.signal);
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

function errorText({ title, detail, code, ...rest }: Problem & { exportId?: string }): string {
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
