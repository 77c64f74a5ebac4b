export const EXTRA_TIME = 'additional_time_granted';
export const TIME_MULTIPLIER = 'time_multiplier';
/** A due date of the learner's own; it replaces the exam's. */
export const OWN_DUE_DATE = 'due_date_override';

/** What is kept of an allowance, or why its value cannot be one. */
export type AllowanceToStore = { key: string; value: string } | { fault: string };

const MOST_MINUTES = 999_999;

/**
 * Extra time is whole minutes, in digits of any script (timing.json, `allowance_value`); a multiplier is kept as the minutes
 * it comes to on this exam (`time_multiplier`, `bulk_allowance`); every other key keeps what it was given.
 */
export function allowanceToStore(key: string, value: string, exam: { timeLimitMins: number }): AllowanceToStore {
  if (key === EXTRA_TIME) return extraTime(value);
  if (key === OWN_DUE_DATE) return instant(value);
  if (key === TIME_MULTIPLIER) return multiplied(value, exam.timeLimitMins);
  return { key, value };
}

export function grantsTime(key: string): boolean {
  return key === EXTRA_TIME || key === TIME_MULTIPLIER || key === OWN_DUE_DATE;
}

function instant(given: string): AllowanceToStore {
  const parsed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(given) ? new Date(given) : null;
  if (parsed === null || Number.isNaN(parsed.getTime()))
    return { fault: 'must be an instant, ISO 8601 with an offset' };
  return { key: OWN_DUE_DATE, value: parsed.toISOString() };
}

function extraTime(given: string): AllowanceToStore {
  const value = given.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
  if (/^\d{1,6}$/.test(value)) return { key: EXTRA_TIME, value };
  return { fault: 'must be a whole number of minutes' };
}

function multiplied(given: string, timeLimitMins: number): AllowanceToStore {
  const multiplier = /^\d{1,6}(\.\d{1,12})?$/.test(given) ? Number(given) : 0;
  if (multiplier < 1) return { fault: 'must be a decimal number of at least 1' };
  const minutes = roundHalfToEven(timeLimitMins * (multiplier - 1));
  if (minutes > MOST_MINUTES) return { fault: `comes to more than ${MOST_MINUTES} minutes` };
  return { key: EXTRA_TIME, value: String(minutes) };
}

/** 25 minutes times 1.5 give 12 more, 15 times 1.5 give 8 (timing.json, `time_multiplier`). */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1;
  return rest < 0.5 ? below : below + 1;
}

/** Unicode's decimal digits come in runs of ten, each beginning with its zero. */
function digitValue(digit: string): number {
  const isDigit = (code: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(code));
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (isDigit(zero - 1)) zero -= 1;
  return (code - zero) % 10;
}
