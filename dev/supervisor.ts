import type { Child } from './children';

const MOST_STARTS = 3;
const WITHIN_MS = 60_000;

/** Starts parts of a stack again that end by themselves, and gives up on one that does so again and again. */
export class Supervisor {
  /** Resolves with the reason when a part cannot be kept up. */
  readonly givenUp: Promise<string>;
  private stopRestarting: (reason: string) => void = () => undefined;
  private readonly starts = new Map<Child, number[]>();
  private isOver = false;

  constructor(private readonly log: (line: string) => void) {
    this.givenUp = new Promise((resolve) => (this.stopRestarting = resolve));
  }

  /** From now on what ends was meant to end. */
  end(): void {
    this.isOver = true;
  }

  readonly onUnexpectedExit = (message: string, child: Child): void => {
    if (this.isOver) return;
    if (this.tooOften(child)) return this.stopRestarting(`${message} It did so ${MOST_STARTS} times within a minute.`);
    this.log(`${message} Starting it again.`);
    child.start().then(
      () => this.log(`${child.name} is up again.`),
      (error: Error) => {
        if (!this.isOver) this.stopRestarting(`${child.name} could not be started again: ${error.message}`);
      },
    );
  };

  private tooOften(child: Child): boolean {
    const recent = (this.starts.get(child) ?? []).filter((at) => performance.now() - at < WITHIN_MS);
    this.starts.set(child, [...recent, performance.now()]);
    return recent.length + 1 >= MOST_STARTS;
  }
}
