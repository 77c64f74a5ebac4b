import type { PeriodAssignment } from './model';
import type { PluginSettings, SettingsField, SettingsFields } from './settings-fields';
import { textIn, type Language } from './text';

/** The JSON Schema of a plugin's settings, with titles in the reader's language: enough to make a form from. */
export function settingsSchema(fields: SettingsFields, language: Language): Record<string, unknown> {
  const properties = Object.entries(fields).map(([name, field]) => [name, fieldSchema(field, language)] as const);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: Object.keys(fields),
    additionalProperties: false,
  };
}

/**
 * What a form begins with: what was chosen last, as far as it is still there, else what the fields say. A number nobody ever
 * chose is left out; none is as good as another.
 */
export function initialSettings(
  fields: SettingsFields,
  assignments: readonly PeriodAssignment[],
  last: PluginSettings | null,
): Record<string, unknown> {
  const ids = assignments.map(({ assignmentId }) => assignmentId);
  const initial = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    const chosen = last?.[name];
    if (field.type !== 'array') return chosen === undefined ? [] : [[name, chosen]];
    if (!Array.isArray(chosen)) return [[name, field.initially === 'all' ? ids : []]];
    return [[name, field.of === 'assignments' ? ids.filter((id) => chosen.includes(id)) : chosen]];
  });
  return Object.fromEntries(initial);
}

function fieldSchema(field: SettingsField, language: Language): Record<string, unknown> {
  const title = textIn(field.title, language);
  switch (field.type) {
    case 'array':
      return {
        type: 'array',
        title,
        minItems: field.minItems,
        uniqueItems: true,
        items: { type: 'string', 'x-one-of': field.of },
      };
    case 'integer': {
      const maximum = field.maximum === undefined ? {} : { maximum: field.maximum };
      return { type: 'integer', title, minimum: field.minimum, ...maximum };
    }
    case 'boolean':
      return { type: 'boolean', title };
    case 'string':
      return { type: 'string', title, enum: field.enum };
  }
}
