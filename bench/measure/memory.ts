import { readFileSync, writeFileSync } from 'node:fs';

/** Forgets the peak so far (proc(5), clear_refs 5): what a process needed to start is not what the work needs. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most memory a process has had in use at a time, in MiB (VmHWM). */
export function peakMemory(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`The peak memory of process ${pid} is not known.`);
  return Number(kilobytes) / 1024;
}

/** What a process has in use now, in MiB (VmRSS). */
export function usedMemory(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`The memory of process ${pid} is not known.`);
  return Number(kilobytes) / 1024;
}
