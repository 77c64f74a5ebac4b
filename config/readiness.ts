/** Rejects while its part is not well: with a `NotReadyError`, or with whatever the part itself failed with. */
export type ReadinessCheck = () => Promise<void>;

/** Its message is shown to everybody who asks, so it names neither addresses nor credentials. */
export class NotReadyError extends Error {}

type State = 'ok' | 'down';

/**
 * The answer of `/readyz`, of every process. `problems` gives the reason for each check that is down; `warnings` what somebody has
 * to see to although the process does its work, absent without any.
 */
export interface Readiness<Name extends string> {
  status: State;
  checks: Record<Name, State>;
  problems: Partial<Record<Name, string>>;
  warnings?: string[];
}

/** How long a part may take before it counts as down. */
const PATIENCE_MS = 2_000;

interface ReadinessOptions {
  patienceMs?: number;
  /** What to warn of; a failure of its own is none, the checks say it. */
  warnings?: () => Promise<string[]>;
}

/** Runs all checks at once and waits no longer than `patienceMs` for any of them; never rejects. */
export async function checkReadiness<Name extends string>(
  checks: Record<Name, ReadinessCheck>,
  { patienceMs = PATIENCE_MS, warnings }: ReadinessOptions = {},
): Promise<Readiness<Name>> {
  const readiness: Readiness<Name> = { status: 'ok', checks: {} as Record<Name, State>, problems: {} };
  const names = Object.keys(checks) as Name[];
  let noticed: string[] = [];
  const look = async (): Promise<void> => void (noticed = (await warnings?.()) ?? []);
  const [problems] = await Promise.all([
    Promise.all(names.map((name) => problemOf(checks[name], patienceMs))),
    problemOf(look, patienceMs),
  ]);
  for (const [at, name] of names.entries()) {
    const problem = problems[at] ?? null;
    readiness.checks[name] = problem === null ? 'ok' : 'down';
    if (problem === null) continue;
    readiness.status = 'down';
    readiness.problems[name] = problem;
  }
  return noticed.length === 0 ? readiness : { ...readiness, warnings: noticed };
}

async function problemOf(check: ReadinessCheck, patienceMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${patienceMs} ms`), patienceMs);
  });
  const checked = Promise.resolve()
    .then(check)
    .then(() => null, describeProblem);
  return Promise.race([checked, late]).finally(() => clearTimeout(timer));
}

/** Texts of other errors may name hosts and users; their code says enough. */
function describeProblem(error: unknown): string {
  if (error instanceof NotReadyError) return error.message;
  if (!(error instanceof Error)) return 'failed';
  const { code } = error as { code?: unknown };
  return `failed: ${typeof code === 'string' && code !== '' ? code : error.name}`;
}
