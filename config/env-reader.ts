export type Env = Record<string, string | undefined>;

const HIGHEST_PORT = 65_535;

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

  /** Secrets and keys are only asked for where they protect somebody. */
  get inProduction(): boolean {
    return this.env['NODE_ENV'] === 'production';
  }

  /** As it is set; undefined when it is not or is empty. */
  raw(name: string): string | undefined {
    return this.env[name] || undefined;
  }

  isOn(name: string): boolean {
    return this.env[name] === '1';
  }

  text(name: string, fallback?: string): string {
    const value = this.raw(name) ?? fallback;
    if (value === undefined) this.addProblem(`${name} is not set`);
    return value ?? '';
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.raw(name) ?? fallback;
    if (!allowed.includes(value as T)) this.addProblem(`${name} must be one of ${allowed.join(', ')}, not "${value}"`);
    return value as T;
  }

  integer(name: string, fallback: number): number {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    if (!/^\d+$/.test(value)) this.addProblem(`${name} must be a whole number, not "${value}"`);
    return Number(value);
  }

  /** 0 = the system chooses a free one. */
  port(name: string, fallback: number): number {
    const value = this.integer(name, fallback);
    this.check(!(value > HIGHEST_PORT), `${name} must be a port from 0 to ${HIGHEST_PORT}, not ${value}`);
    return value;
  }

  /** An address with one of the schemes. The value is not quoted: it may hold a password. */
  url(name: string, schemes: readonly string[], fallback?: string): string {
    const value = this.text(name, fallback);
    const scheme = schemes.find((one) => value.startsWith(`${one}://`) && value.length > one.length + 3);
    if (value !== '' && (scheme === undefined || !URL.canParse(value)))
      this.addProblem(`${name} must be an address that starts with ${schemes.map((one) => `${one}://`).join(' or ')}`);
    return value;
  }

  optional<K extends string>(key: K, name: string): { [P in K]?: string } {
    const value = this.raw(name);
    return (value ? { [key]: value } : {}) as { [P in K]?: string };
  }

  optionalUrl<K extends string>(key: K, name: string, schemes = ['http', 'https']): { [P in K]?: string } {
    return (this.raw(name) ? { [key]: this.url(name, schemes) } : {}) as { [P in K]?: string };
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
