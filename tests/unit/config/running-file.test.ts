import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  dataDirOf,
  readRunning,
  runningAddresses,
  runningFileOf,
  type StackAddresses,
} from '../../../config/running-file';
import { RunningFile } from '../../../dev/running-file';

const ADDRESSES: StackAddresses = {
  api: 'http://127.0.0.1:20001',
  console: null,
  temporal: '127.0.0.1:20002',
  temporalUi: 'http://127.0.0.1:20003',
  simulator: 'http://127.0.0.1:20004',
  workerHealth: 'http://127.0.0.1:20005',
  devKeyFile: '/somewhere/dev-key.json',
};

let folder: string;
let stack: ChildProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'invigil-running-'));
  stack = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', 'start.ts']);
  await once(stack, 'spawn');
});

afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

async function stop(): Promise<void> {
  if (stack.exitCode !== null || stack.signalCode !== null) return;
  const gone = once(stack, 'exit');
  stack.kill('SIGKILL');
  await gone;
}

function writeNote(note: object): void {
  writeFileSync(runningFileOf(folder), JSON.stringify({ pid: stack.pid, ...note }));
}

test('A stack that is up is found by the note in its data folder, and no longer when its process was killed.', async () => {
  writeNote({ addresses: ADDRESSES });
  expect(runningAddresses(folder)).toEqual(ADDRESSES);
  await stop();
  expect(runningAddresses(folder)).toBeUndefined();
  expect(readRunning(folder)?.addresses).toEqual(ADDRESSES);
});

test('A stack that is starting has no addresses yet.', () => {
  writeNote({ links: {} });
  expect(runningAddresses(folder)).toBeUndefined();
});

test.each([['[]'], ['null'], ['{"pid":"one"}'], ['{"pid":1'], ['']])('A note that says %s is none.', (text) => {
  writeFileSync(runningFileOf(folder), text);
  expect(readRunning(folder)).toBeUndefined();
  expect(runningAddresses(folder)).toBeUndefined();
});

test('A number that another program was given meanwhile is not the stack.', () => {
  writeFileSync(runningFileOf(folder), JSON.stringify({ pid: process.pid, addresses: ADDRESSES }));
  expect(runningAddresses(folder)).toBeUndefined();
});

test('The note is written whole, for links first and then with the addresses, and released by its owner only.', async () => {
  const file = new RunningFile(folder);
  expect(await file.acquire()).toBeUndefined();
  expect(readRunning(folder)).toMatchObject({ pid: process.pid, links: {} });
  file.ready({ API: ADDRESSES.api }, ADDRESSES);
  expect(readRunning(folder)).toMatchObject({ links: { API: ADDRESSES.api }, addresses: ADDRESSES });
  writeNote({ addresses: ADDRESSES });
  file.release();
  expect(readFileSync(runningFileOf(folder), 'utf8')).toContain(ADDRESSES.api);
  expect(await new RunningFile(folder).acquire()).toMatchObject({ pid: stack.pid });
});

test('The folder is the one given, else the one of INVIGIL_DATA_DIR, else .invigil.', () => {
  expect(dataDirOf('here', { INVIGIL_DATA_DIR: 'there' })).toBe('here');
  expect(dataDirOf(undefined, { INVIGIL_DATA_DIR: 'there' })).toBe('there');
  expect(dataDirOf(undefined, { INVIGIL_DATA_DIR: '' })).toBe('.invigil');
});
