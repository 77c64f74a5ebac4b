import type { Env } from '../../config/env-reader';
import { readSettings, type Settings, SettingsError } from '../../config/settings';
import { type Finding, well, problem } from './finding';

/** The settings, or everything that keeps them from being read. */
export function observeSettings(env: Env): Settings | SettingsError {
  try {
    return readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

export function settingsFindings(observed: Settings | SettingsError): Finding[] {
  if (!(observed instanceof SettingsError)) return [well('settings', 'every variable can be read')];
  const faults = observed.problems.map((fault) => problem('settings', fault, 'docs/operations.md, "Configuration"'));
  return [...faults, problem('everything else', 'not looked at', 'correct the settings, then run it again')];
}
