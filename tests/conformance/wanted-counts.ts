/** How often each number of docs/decided-differences.md was met. */
export function countWanted(results: readonly { wanted: readonly string[] }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const number of results.flatMap(({ wanted }) => wanted)) counts[number] = (counts[number] ?? 0) + 1;
  return counts;
}

/** As people read it. */
export function wantedWords(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(counts)
    .sort()
    .map(([number, count]) => `${count} ${number}`);
  return `wanted ${words.join(', ') || '0'}`;
}
