import { execFile } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, renameSync } from 'node:fs';
import { rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { guardFolder } from '../guard';
import { postgresBinaries, reachableByOthers, sharedFolder, type SystemUser } from './postgres-binaries';

const run = promisify(execFile);

/** The one account of a development database; it listens on loopback only. */
export const DEVELOPMENT_LOGIN = { user: 'invigil', password: 'invigil' };

/** Nothing of the caller's locale or PG* variables reaches the server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

/** An empty data folder that is removed when this process ends. */
export function throwAwayFolder(user: SystemUser | undefined): string {
  const parent = user && !reachableByOthers(tmpdir()) ? '/tmp' : tmpdir();
  const folder = mkdtempSync(join(parent, 'invigil-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  for (const path of [folder, `${folder}.log`, `${folder}.unfinished`]) guardFolder(path);
  return folder;
}

/**
 * Below a home that only root may enter, the Postgres user could not reach its data: then `wanted` is a link to a shared
 * place, so that removing it begins afresh all the same.
 */
export function persistentFolder(wanted: string, user: SystemUser | undefined): string {
  mkdirSync(dirname(wanted), { recursive: true });
  const folder = !user || reachableByOthers(dirname(wanted)) ? wanted : linkedFolder(wanted, user);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

function linkedFolder(link: string, user: SystemUser): string {
  if (!lstatSync(link, { throwIfNoEntry: false })) {
    mkdirSync(sharedFolder(user), { recursive: true, mode: 0o755 });
    symlinkSync(mkdtempSync(join(sharedFolder(user), 'data-')), link);
  }
  return readlinkSync(link);
}

/**
 * Makes a database in the empty folder; made beside it and moved, so that an interrupted run leaves no half of one. The
 * builtin C.UTF-8 collation sorts the same on every machine, so schema.sql and test results do not depend on it.
 */
export async function initialise(folder: string, user: SystemUser | undefined): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, `${DEVELOPMENT_LOGIN.password}\n`, { mode: 0o600 });
  if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
  const collation = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const login = [`--username=${DEVELOPMENT_LOGIN.user}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  try {
    const args = [`--pgdata=${unfinished}`, '--no-sync', '--no-instructions', ...collation, ...login];
    await run(postgresBinaries(user).initdb, args, { cwd: '/', env: serverEnvironment(), ...user });
    rmdirSync(folder);
    renameSync(unfinished, folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}
