const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const LAST_YEAR = 9_999;

/**
 * The one way in which an instant comes in: ISO 8601 with an offset, of a day that exists, in the years 1 to 9999 of UTC, which
 * JavaScript, Postgres and ISO 8601 all can hold. Undefined for everything else.
 */
export function readInstant(text: string): Date | undefined {
  const [, year, month, day] = INSTANT.exec(text) ?? [];
  if (year === undefined || !dayExists(Number(year), Number(month), Number(day))) return undefined;
  const instant = new Date(text);
  return isInBounds(instant) ? instant : undefined;
}

export function isInstant(text: string): boolean {
  return readInstant(text) !== undefined;
}

function isInBounds(instant: Date): boolean {
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= LAST_YEAR;
}

function dayExists(year: number, month: number, day: number): boolean {
  const first = new Date(0);
  first.setUTCFullYear(year, month - 1, day);
  return first.getUTCMonth() === month - 1 && first.getUTCDate() === day;
}
