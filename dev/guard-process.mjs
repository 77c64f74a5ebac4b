/**
 * Runs beside a development stack and cleans up when the parent is gone, however it went: the parent's death closes our
 * stdin. Lines read: `+ PID SIGNAL`, `- PID`, `+folder PATH`, `-folder PATH`.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const GRACE_MS = 8_000;
const guarded = new Map();
const folders = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

async function cleanUp() {
  for (const [pid, signal] of guarded) send(pid, signal);
  const deadline = Date.now() + GRACE_MS;
  const alive = () => [...guarded.keys()].filter((pid) => send(pid, 0));
  while (Date.now() < deadline && alive().length > 0) await pause(50);
  for (const pid of alive()) send(pid, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

const commands = {
  '+': (rest) => guarded.set(Number(rest.split(' ')[0]), rest.split(' ')[1]),
  '-': (rest) => guarded.delete(Number(rest)),
  '+folder': (rest) => folders.add(rest),
  '-folder': (rest) => folders.delete(rest),
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const space = line.indexOf(' ');
    commands[line.slice(0, space)]?.(line.slice(space + 1));
  })
  .on('close', () => void cleanUp());
