import type { FastifyRequest } from 'fastify';
import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import type { DraftBody } from '../../contracts/http/qualification/drafts';
import type { StoredDraft } from '../../db/qualification/drafts';
import type { StoredPeriod } from '../../db/qualification/periods';
import { readAssignments, readStudentIds } from '../../db/qualification/results';
import { wordsFor } from '../../domain/qualification/messages/catalogue';
import type { PeriodAssignment } from '../../domain/qualification/model';
import type { QualificationPlugin } from '../../domain/qualification/plugin';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import type { SettingsFault } from '../../domain/qualification/settings-check';
import type { PluginSettings } from '../../domain/qualification/settings-fields';
import type { StatusFault } from '../../domain/qualification/status-check';
import type { Language } from '../../domain/qualification/text';
import type { ApiContext } from '../context';
import { languageOf } from '../http/language';
import { invalidMembers } from './invalid-body';

/** A plugin with settings that passed, for one period. */
export interface CheckedChoice {
  plugin: QualificationPlugin;
  settings: PluginSettings;
  assignments: PeriodAssignment[];
}

/** The plugin of that id; null stands for a decision by hand. @throws ApiError 400 `unknown-plugin` */
export function offeredPlugin({ plugins }: ApiContext, pluginId: string | null): QualificationPlugin {
  const plugin = pluginId === null ? decidedElsewhere : plugins.find(({ id }) => id === pluginId);
  if (plugin !== undefined) return plugin;
  const message = `is none of ${plugins.map(({ id }) => id).join(', ')}`;
  throw new ApiError('unknown-plugin', `body/plugin ${message}`, {
    errors: [{ in: 'body', pointer: '/plugin', message }],
  });
}

/** Holds a choice against the period. Students are read only where the settings name some. @throws ApiError 400 */
export async function checkChoice(
  knex: Knex,
  periodId: string,
  { plugin, settings, language }: { plugin: QualificationPlugin; settings: unknown; language: Language },
): Promise<CheckedChoice> {
  const assignments = await readAssignments(knex, periodId);
  const namesStudents = Object.values(plugin.fields).some((field) => field.type === 'array' && field.of === 'students');
  const studentIds = new Set(namesStudents ? await readStudentIds(knex, periodId) : []);
  const configured = plugin.configure(settings, { assignments, studentIds });
  if ('faults' in configured) throw settingsProblem(configured.faults, language);
  return { plugin, settings: configured.settings, assignments };
}

/** What was chosen, in its one form. With new settings alone the plugin stays; settings of another plugin never do. */
export async function readChoice(
  context: ApiContext,
  request: FastifyRequest,
  { body, period, current }: { body: DraftBody; period: StoredPeriod; current: StoredDraft | null },
): Promise<object> {
  const { plugin: given, settings } = body;
  const isChosen = current !== null && current.state !== 'choosing';
  if (given === undefined && !isChosen) {
    if (settings !== undefined) offeredPlugin(context, '');
    return { settings: null };
  }
  const plugin = offeredPlugin(context, given === undefined ? (current?.pluginId ?? null) : given);
  const language = languageOf(request.headers['accept-language'], period.language);
  const checked = await checkChoice(context.knex, period.periodId, { plugin, settings: settings ?? {}, language });
  const { id, version } = plugin;
  return { plugin: plugin === decidedElsewhere ? null : { id, version }, settings: checked.settings };
}

const MOST_FAULTS = 1_000;

function settingsProblem(faults: readonly SettingsFault[], language: Language): ApiError {
  return faultsProblem(
    faults.map((fault) => ({ ...fault, pointer: `/settings${fault.pointer}` })),
    language,
  );
}

/** Faults of settings or of a status as one answer, in words, each with its place. */
export function faultsProblem(faults: readonly (SettingsFault | StatusFault)[], language: Language): ApiError {
  const members = faults
    .slice(0, MOST_FAULTS)
    .map(({ pointer, code, value }) => ({
      pointer,
      message: wordsFor(`fault.${code}`, language),
      code,
      ...(value === undefined ? {} : { value }),
    }));
  return invalidMembers(members);
}
