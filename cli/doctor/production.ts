import type { Env } from '../../config/env-reader';
import { readApiSettings, readSettings, SettingsError } from '../../config/settings';
import { findUnsafeSettings } from '../../config/unsafe-settings';
import { type Finding, problem, warning, well } from './finding';

/** Whether the settings are fit for production: what keeps the services from starting there, then all else that is unsafe. */
export function productionFindings(env: Env): Finding[] {
  const refused = refusedInProduction(env);
  const faults = refused.map((fault) =>
    problem('production', fault, 'docs/production.md; the API does not start with it'),
  );
  const unsafe = unsafeSettings(env).filter(({ check }) => !refused.some((fault) => fault.startsWith(check)));
  const findings = [...faults, ...unsafe];
  return findings.length > 0 ? findings : [well('production', 'no setting is unsafe')];
}

function refusedInProduction(env: Env): string[] {
  return readingProblems(() => readApiSettings({ ...env, NODE_ENV: 'production' }));
}

/** Nothing where the settings cannot be read at all: `settings` says so. */
function unsafeSettings(env: Env): Finding[] {
  const outside = { ...env, NODE_ENV: 'development' };
  if (readingProblems(() => readSettings(outside)).length > 0) return [];
  return findUnsafeSettings(readSettings(outside)).map(({ setting, danger, remedy }) =>
    warning(setting, danger, remedy),
  );
}

function readingProblems(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}
