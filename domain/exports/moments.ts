import type { Moment } from './model';

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * Reads a timestamp as the services write it. Without an offset it is UTC; fractions below a millisecond are cut off
 * (docs/recorded-behaviour.md#export-rule-11). `unreadable` = no timestamp at all (a bare day, words); `impossible` =
 * one that names no instant (month 13), which the recorded exporter could not survive.
 */
export function readMoment(text: string): Moment | 'unreadable' | 'impossible' {
  const parts = TIMESTAMP.exec(text);
  if (parts === null) return 'unreadable';
  const [, year, month, day, hour, minute, second = 0, fraction = '', zone = 'Z'] = parts;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const local = new Date(Date.UTC(y, mo - 1, d, h, mi, s, Number(fraction.padEnd(3, '0').slice(0, 3))));
  const isValid = local.getUTCMonth() === mo - 1 && local.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
  if (!isValid) return 'impossible';
  return { at: new Date(local.getTime() - offsetMinutes(zone) * 60_000), day: dayOf(local) };
}

/** The moment of a run, whose days are UTC's. */
export function momentOf(at: Date): Moment {
  return { at, day: dayOf(at) };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return zone.startsWith('-') ? -minutes : minutes;
}
