import { FormatRegistry } from '@sinclair/typebox';

/** Lines of a stream are checked by TypeBox alone, which knows no formats: this one is what bodies are checked by. */
export function registerLineFormats(): void {
  FormatRegistry.Set('date-time', isInstant);
}

/** A day that there is, in the years that can be stored; the pattern beside the format has seen to the rest. */
function isInstant(value: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)T/.exec(value)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || year < 1) return false;
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth && !Number.isNaN(Date.parse(value));
}
