import type { Knex } from 'knex';
import { findByCode, type LocatedAttempt, readAttempts, SELECT_LIVE } from '../../db/attempts/find';

/** Between two looks at the database, whoever asks and however many. */
const INTERVAL_MS = 1_000;

interface Waiting {
  code: string;
  resolve: (located: LocatedAttempt | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Reads attempts for everybody who watches one, in a statement for all of them and at most once a second: a thousand watchers
 * cost the database no more than one.
 */
export class SharedAttemptReader {
  private waiting: Waiting[] = [];
  private lastMs = -Infinity;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly knex: Knex,
    private readonly now: () => Date,
    private readonly intervalMs = INTERVAL_MS,
  ) {}

  /** The attempt as it is at the next look; undefined when there is none of that code. */
  read(code: string): Promise<LocatedAttempt | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ code, resolve, reject });
      this.timer ??= setTimeout(() => void this.look(), Math.max(0, this.lastMs + this.intervalMs - performance.now()));
    });
  }

  private async look(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    this.timer = null;
    this.lastMs = performance.now();
    try {
      const found = await this.find([...new Set(asked.map(({ code }) => code))]);
      for (const { code, resolve } of asked) resolve(found.get(code));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  /** Removed attempts are looked for one by one: their watchers leave with that answer. */
  private async find(codes: readonly string[]): Promise<Map<string, LocatedAttempt>> {
    const now = this.now();
    const live = await readAttempts(this.knex, `${SELECT_LIVE} where a.code = any(:codes)`, { codes: [...codes] }, now);
    const found = new Map(live.map((located) => [located.view.attemptCode, located]));
    for (const code of codes.filter((one) => !found.has(one))) {
      const archived = await findByCode(this.knex, code, now);
      if (archived) found.set(code, archived);
    }
    return found;
  }
}
