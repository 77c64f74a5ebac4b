import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosCourse } from '../chaos-stack';

interface Open {
  code: string;
  deadline: string;
}

/**
 * Looks again and again for incomplete attempts whose time is over. Clocks jump, so lateness is counted on the wall from the first
 * look that saw the deadline passed.
 */
export class OverdueWatch {
  /** In words; one line for each attempt and deadline. */
  readonly late = new Set<string>();
  private readonly since = new Map<string, number>();
  private isOver = false;
  private watching: Promise<void> | undefined;

  constructor(
    private readonly course: ChaosCourse,
    private readonly boundMs: number,
  ) {}

  begin(): void {
    this.watching = this.watch();
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.watching;
  }

  /** Whether somebody's time is over right now. */
  async look(): Promise<boolean> {
    const overdue = await this.overdue();
    const seen = new Set(overdue.map(({ code, deadline }) => `${code} ${deadline}`));
    for (const known of this.since.keys()) if (!seen.has(known)) this.since.delete(known);
    for (const one of seen) {
      const firstMs = this.since.get(one) ?? Date.now();
      this.since.set(one, firstMs);
      if (Date.now() - firstMs > this.boundMs) this.late.add(`${one} is still open after ${this.boundMs} ms`);
    }
    return seen.size > 0;
  }

  private async watch(): Promise<void> {
    while (!this.isOver) {
      await this.look();
      await pause(250);
    }
  }

  private async overdue(): Promise<Open[]> {
    const { chaos, courseId } = this.course;
    const open = (await this.course.live()).flatMap(({ attemptCode: code, deadline }) =>
      deadline === null ? [] : [{ code, deadline }],
    );
    const found = chaos.knex<{ course_id: string; clock_offset_ms: string }>('courses').where({ course_id: courseId });
    const now = Date.now() + Number((await found.first())?.clock_offset_ms ?? 0);
    return open.filter(({ deadline }) => Date.parse(deadline) < now);
  }
}
