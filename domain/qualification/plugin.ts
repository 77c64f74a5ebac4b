import type { PeriodAssignment } from './model';
import type { StudentResults } from './results';
import { checkSettings, type SettingsFault, type SettingsScope } from './settings-check';
import type { PluginSettings, SettingsFields, SettingsOf } from './settings-fields';
import type { Message, MessageCatalogue, Reason, ReasonParam, Text } from './text';

/** A rule's answer about one student, with the reason. */
export interface RuleAnswer {
  qualifies: boolean;
  reason: Reason;
}

/**
 * What the author of a plugin writes. A rule is pure: it sees a student's results and its settings, nothing else, no clock
 * and no other student; and it gives a reason with every answer, for which there is a sentence.
 */
export interface PluginDefinition<Fields extends SettingsFields, Prepared, Code extends string> {
  id: string;
  /** Raised whenever the same results and settings may give another answer. */
  version: number;
  title: Text;
  description: Text;
  settings: Fields;
  /** Faults between settings that are each well by themselves. */
  check?: (settings: SettingsOf<Fields>) => SettingsFault[];
  /** Runs once for a period; what it returns is handed to `decide`. Assignments that are gone are no longer in settings. */
  prepare: (settings: SettingsOf<Fields>, assignments: readonly PeriodAssignment[]) => Prepared;
  decide: (
    student: StudentResults,
    prepared: Prepared,
  ) => { qualifies: boolean; code: Code; params?: Readonly<Record<string, ReasonParam>> };
  /** The settings in one sentence, for everybody who reads the decision later. */
  summary: (settings: SettingsOf<Fields>) => { code: Code; params?: Readonly<Record<string, ReasonParam>> };
  messages: { en: Readonly<Record<Code, Message>>; nb?: Readonly<Record<Code, Message>> };
}

/** A plugin as everybody else uses it, whatever its settings are. */
export interface QualificationPlugin {
  readonly id: string;
  readonly version: number;
  readonly title: Text;
  readonly description: Text;
  readonly fields: SettingsFields;
  readonly messages: MessageCatalogue;
  /** Settings as somebody chose them: in their one form, or all that is wrong with them. */
  configure: (given: unknown, scope: SettingsScope) => { settings: PluginSettings } | { faults: SettingsFault[] };
  /** The rule for settings that `configure` let pass, today or when they were saved; assignments gone since count no more. */
  ruleFor: (
    settings: PluginSettings,
    assignments: readonly PeriodAssignment[],
  ) => (student: StudentResults) => RuleAnswer;
  summaryOf: (settings: PluginSettings) => Reason;
}

const PLUGIN_ID = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Makes a plugin. A definition that cannot work is refused where it is written, not when a semester is decided. */
export function definePlugin<const Fields extends SettingsFields, Prepared, Code extends string>(
  definition: PluginDefinition<Fields, Prepared, Code>,
): QualificationPlugin {
  const { id, version, title, description, settings: fields, messages } = definition;
  if (!PLUGIN_ID.test(id)) throw new Error(`"${id}" is no plugin id: small letters, digits and . _ - between them.`);
  if (!Number.isSafeInteger(version) || version < 1) throw new Error(`The version of ${id} must be 1 or more.`);
  return {
    id,
    version,
    title,
    description,
    fields,
    messages,
    configure: (given, scope) => {
      const checked = checkSettings(fields, scope, given);
      if ('faults' in checked) return checked;
      const faults = definition.check?.(checked.settings as SettingsOf<Fields>) ?? [];
      return faults.length > 0 ? { faults } : checked;
    },
    ruleFor: (settings, assignments) => {
      const present = withoutGone(fields, settings, assignments) as SettingsOf<Fields>;
      const prepared = definition.prepare(present, assignments);
      return (student) => {
        const { qualifies, code, params = {} } = definition.decide(student, prepared);
        return { qualifies, reason: { code, params } };
      };
    },
    summaryOf: (settings) => {
      const { code, params = {} } = definition.summary(settings as SettingsOf<Fields>);
      return { code, params };
    },
  };
}

function withoutGone(
  fields: SettingsFields,
  settings: PluginSettings,
  assignments: readonly PeriodAssignment[],
): PluginSettings {
  const ids = new Set(assignments.map(({ assignmentId }) => assignmentId));
  const kept = Object.entries(settings).map(([name, value]) => {
    const field = fields[name];
    const namesAssignments = field?.type === 'array' && field.of === 'assignments' && Array.isArray(value);
    return [name, namesAssignments ? (value as string[]).filter((id) => ids.has(id)) : value] as const;
  });
  return Object.fromEntries(kept);
}
