export type Env = Record<string, string | undefined>;

/** Raised before anything starts; names every faulty variable at once. */
export class SettingsError extends Error {
  constructor(readonly problems: string[]) {
    super(
      `The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nSee docs/operations.md, "Configuration".`,
    );
    this.name = 'SettingsError';
  }
}

/** Reads variables one by one and gathers every fault, to report all at once. */
export class EnvReader {
  private readonly problems: string[] = [];

  constructor(private readonly env: Env) {}

  text(name: string, fallback?: string): string {
    const value = this.env[name] || fallback;
    if (value === undefined) this.addProblem(`${name} is not set`);
    return value ?? '';
  }

  integer(name: string, fallback: number): number {
    const value = this.env[name];
    if (value === undefined || value === '') return fallback;
    if (!/^\d+$/.test(value)) this.addProblem(`${name} must be a whole number, not "${value}"`);
    return Number(value);
  }

  optional<K extends string>(key: K, name: string): { [P in K]?: string } {
    const value = this.env[name];
    return (value ? { [key]: value } : {}) as { [P in K]?: string };
  }

  check(holds: boolean, problem: string): void {
    if (!holds) this.addProblem(problem);
  }

  addProblem(problem: string): void {
    this.problems.push(problem);
  }

  throwIfFaulty(): void {
    if (this.problems.length > 0) throw new SettingsError(this.problems);
  }
}
