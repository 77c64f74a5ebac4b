import Table from 'cli-table3';

/** A table for people, without colours. */
export function officeTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Nothing where nothing is known. */
export function orDash(text: string | number | null | undefined): string {
  return text === null || text === undefined || text === '' ? '–' : String(text);
}

export function answerWord(answer: boolean | null): string {
  return answer === null ? 'undecided' : answer ? 'yes' : 'no';
}

/** What a list was cut at. */
export function moreLine(shown: number, total: number, what: string): string[] {
  return total > shown ? [`… and ${total - shown} more ${what}`] : [];
}
