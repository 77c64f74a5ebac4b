/** ISO 8601 UTC as the recordings write it: fractions only where there are any. */
export function iso(instant: Date | null): string | null {
  return instant === null ? null : instant.toISOString().replace('.000Z', 'Z');
}

/** An instant so many minutes (fractions too) after another. */
export function minutesAfter(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * 60_000);
}
