import type { EnvReader } from './env-reader';

/** How qualification for final exams runs; docs/qualification.md has the variables. */
export interface QualificationSettings {
  /** Ids of the plugins on offer, in this order; absent: all that are installed. */
  plugins?: string[];
  /** Files of outside plugins, each exporting what `definePlugin` made as `plugin`. */
  pluginModules: string[];
  /** A draft nobody touched for so long is gone. */
  draftExpiresMs: number;
  /** How long a draft that ended can still be asked about. */
  tombstoneMs: number;
  /** How long POST drafts waits for the preview before it answers 202. */
  previewWaitMs: number;
  /** Previews and saves at a time on one worker. */
  slots: number;
  databasePoolMax: number;
}

const HOUR_MS = 3_600_000;

export function readQualificationSettings(reader: EnvReader): QualificationSettings {
  const plugins = listOf(reader.raw('QUALIFICATION_PLUGINS'));
  const slots = reader.integer('QUALIFICATION_SLOTS', 2);
  reader.check(slots >= 1, 'QUALIFICATION_SLOTS must be at least 1');
  return {
    ...(plugins.length > 0 ? { plugins } : {}),
    pluginModules: listOf(reader.raw('QUALIFICATION_PLUGIN_MODULES')),
    draftExpiresMs: reader.integer('QUALIFICATION_DRAFT_EXPIRES_MS', 24 * HOUR_MS),
    tombstoneMs: reader.integer('QUALIFICATION_TOMBSTONE_MS', 30 * 24 * HOUR_MS),
    previewWaitMs: reader.integer('QUALIFICATION_PREVIEW_WAIT_MS', 2_000),
    slots,
    databasePoolMax: reader.integer('QUALIFICATION_DATABASE_POOL_MAX', slots + 1),
  };
}

function listOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
