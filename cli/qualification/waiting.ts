import { setTimeout as pause } from 'node:timers/promises';

const LINE_EVERY_MS = 10_000;
const ASK_EVERY_MS = 500;

interface WaitingDisplay {
  isTerminal?: boolean;
  print?: (text: string) => void;
  askEveryMs?: number;
  lineEveryMs?: number;
}

/**
 * Asks until there is an answer, and shows on standard error for how long: one line that counts on a terminal, elsewhere a
 * line every ten seconds.
 */
export async function untilAnswered<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  {
    isTerminal = process.stderr.isTTY,
    print = write,
    askEveryMs = ASK_EVERY_MS,
    lineEveryMs = LINE_EVERY_MS,
  }: WaitingDisplay = {},
): Promise<T> {
  const begun = Date.now();
  const seconds = (): string => `${what}: ${Math.round((Date.now() - begun) / 1_000)} s`;
  let lineAt = begun;
  try {
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (isTerminal) print(`\r${seconds()}`);
      else if (Date.now() - lineAt >= lineEveryMs) {
        print(`${seconds()}\n`);
        lineAt = Date.now();
      }
      await pause(askEveryMs);
    }
  } finally {
    if (isTerminal) print('\r\u001b[K');
  }
}

function write(text: string): void {
  process.stderr.write(text);
}
