import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The newest tag of the CLI that `go install` can build; it carries server 1.29. */
const TEMPORAL_CLI_VERSION = '1.5.1';
const OLDEST_SERVER = [1, 29] as const;
const GO_MODULE = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;

/** What the SDK asks as well when it obtains its development server. */
const DOWNLOAD_INFO = `https://temporal.download/cli/v${TEMPORAL_CLI_VERSION}`;
const DOWNLOAD_ANSWER_MS = 5_000;
const DOWNLOAD_MS = 300_000;

type Log = (line: string) => void;

const NEVER = new AbortController().signal;

/**
 * Path of a Temporal CLI, obtained in this order: TEMPORAL_CLI, PATH, cache folder, download, `go install`
 * (docs/design.md#running-it).
 * @throws naming the one command to run when nothing works; @throws at once when `signal` is aborted.
 */
export async function obtainTemporalCli(log: Log = () => undefined, signal = NEVER): Promise<string> {
  const cached = cachedCli();
  for (const candidate of [process.env['TEMPORAL_CLI'], 'temporal', cached]) {
    if (candidate && (await isUsable(candidate, log))) return candidate;
  }
  const attempts = [download, goInstall];
  for (const attempt of attempts) {
    try {
      await attempt(cached, log, signal);
      if (await isUsable(cached, log)) return cached;
    } catch (error) {
      signal.throwIfAborted();
      log(`  not possible: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new Error(
    `Temporal could not be obtained. Install Go (https://go.dev/dl) and run:\n  ${goCommand(dirname(cached))}\n` +
      'or set TEMPORAL_ADDRESS to a running server.',
  );
}

function cachedCli(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'invigil', `temporal-${TEMPORAL_CLI_VERSION}`, 'temporal');
}

/** A CLI built by `go install` calls itself 0.0.0-DEV: what counts is the server inside. */
async function isUsable(cli: string, log: Log): Promise<boolean> {
  try {
    const { stdout } = await run(cli, ['--version'], { timeout: 20_000 });
    const [, major, minor] = /Server (\d+)\.(\d+)\./.exec(stdout) ?? [];
    const version = Number(major) * 1_000 + Number(minor);
    if (version >= OLDEST_SERVER[0] * 1_000 + OLDEST_SERVER[1]) return true;
    log(`  ${cli} is too old (${stdout.trim()}); server ${OLDEST_SERVER.join('.')} or newer is needed`);
  } catch {
    return false;
  }
  return false;
}

async function download(target: string, log: Log, signal: AbortSignal): Promise<void> {
  log(`Temporal ${TEMPORAL_CLI_VERSION}: downloading`);
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const query = new URLSearchParams({ platform: process.platform, arch, 'sdk-name': 'invigil' });
  const answer = await fetch(`${DOWNLOAD_INFO}?${query.toString()}`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_ANSWER_MS)]),
  });
  if (!answer.ok) throw new Error(`the download site answered ${answer.status}`);
  const { archiveUrl, fileToExtract } = (await answer.json()) as { archiveUrl: string; fileToExtract: string };
  const archive = await fetch(archiveUrl, { signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_MS)]) });
  if (!archive.ok) throw new Error(`the archive answered ${archive.status}`);
  const bytes = Buffer.from(await archive.arrayBuffer());
  await intoCache(target, async (folder) => {
    writeFileSync(join(folder, 'archive'), bytes);
    await run('tar', ['-xf', 'archive', fileToExtract], { cwd: folder });
    return join(folder, fileToExtract);
  });
}

async function goInstall(target: string, log: Log, signal: AbortSignal): Promise<void> {
  await run('go', ['version']).catch(() => {
    throw new Error('Go is not installed');
  });
  log(`Temporal ${TEMPORAL_CLI_VERSION}: building with Go. This takes some minutes, once.`);
  const started = Date.now();
  const progress = setInterval(() => log(`  still building, ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
  try {
    await intoCache(target, async (folder) => {
      await goBuild(folder, signal);
      return join(folder, 'temporal');
    });
    log(`Temporal ${TEMPORAL_CLI_VERSION}: built in ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    clearInterval(progress);
  }
}

function goBuild(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, GOBIN: folder };
    const child = spawn('go', ['install', '-ldflags', '-s -w', GO_MODULE], {
      env,
      signal,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`go install failed: ${errors.trim()}`))));
  });
}

function goCommand(folder: string): string {
  return `GOBIN=${folder} go install -ldflags "-s -w" ${GO_MODULE}`;
}

/** Makes the file beside its place and renames it, so that an interrupted or concurrent run never leaves half a binary. */
async function intoCache(target: string, make: (folder: string) => Promise<string>): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), 'unfinished-'));
  try {
    const made = await make(folder);
    if (!existsSync(made)) throw new Error('the binary was not made');
    renameSync(made, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
