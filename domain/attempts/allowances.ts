import { readInstant } from '../instants';

export const EXTRA_TIME = 'additional_time_granted';
const TIME_MULTIPLIER = 'time_multiplier';
/** A due date of the learner's own; it replaces the exam's. */
export const DUE_DATE_OVERRIDE = 'due_date_override';

/** Lets a learner into an exam that is for those who qualified; its value says why. */
const QUALIFICATION_EXCEPTION = 'qualification_exception';

/** What is kept of an allowance, or why its value cannot be one. */
export type ParsedAllowance = { key: string; value: string } | { fault: string };

const MAX_MINUTES = 999_999;

/**
 * Extra time is whole minutes, in digits of any script (timing.json, `allowance_value`); a multiplier is kept as the minutes
 * it comes to on this exam (`time_multiplier`, `bulk_allowance`); every other key keeps what it was given.
 */
export function parseAllowance(key: string, value: string, exam: { timeLimitMins: number }): ParsedAllowance {
  if (key === EXTRA_TIME) return parseExtraTime(value);
  if (key === DUE_DATE_OVERRIDE) return parseDueDate(value);
  if (key === TIME_MULTIPLIER) return parseMultiplier(value, exam.timeLimitMins);
  if (key === QUALIFICATION_EXCEPTION && value.trim() === '') return { fault: 'must say why' };
  return { key, value };
}

export function grantsTime(key: string): boolean {
  return key === EXTRA_TIME || key === TIME_MULTIPLIER || key === DUE_DATE_OVERRIDE;
}

function parseDueDate(given: string): ParsedAllowance {
  const parsed = readInstant(given);
  if (parsed === undefined) return { fault: 'must be an instant, ISO 8601 with an offset, in the years 1 to 9999' };
  return { key: DUE_DATE_OVERRIDE, value: parsed.toISOString() };
}

function parseExtraTime(given: string): ParsedAllowance {
  const value = given.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
  if (/^\d{1,6}$/.test(value)) return { key: EXTRA_TIME, value };
  return { fault: 'must be a whole number of minutes' };
}

function parseMultiplier(given: string, timeLimitMins: number): ParsedAllowance {
  const multiplier = /^\d{1,6}(\.\d{1,12})?$/.test(given) ? Number(given) : 0;
  if (multiplier < 1) return { fault: 'must be a decimal number of at least 1' };
  const minutes = roundHalfToEven(timeLimitMins * (multiplier - 1));
  if (minutes > MAX_MINUTES) return { fault: `comes to more than ${MAX_MINUTES} minutes` };
  return { key: EXTRA_TIME, value: String(minutes) };
}

/** 25 minutes times 1.5 give 12 more, 15 times 1.5 give 8 (timing.json, `time_multiplier`). */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return fraction < 0.5 ? floor : floor + 1;
}

/** Unicode's decimal digits come in runs of ten, each beginning with its zero. */
function digitValue(digit: string): number {
  const isDigit = (code: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(code));
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (isDigit(zero - 1)) zero -= 1;
  return (code - zero) % 10;
}
