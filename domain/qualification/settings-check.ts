import { compareIds } from './ids';
import type { PeriodAssignment } from './model';
import type { IdListField, IntegerField, PluginSettings, SettingsField, SettingsFields } from './settings-fields';

/** What is wrong with one value of some settings. The pointer (RFC 6901) begins at the settings. */
export interface SettingsFault {
  pointer: string;
  code: SettingsFaultCode;
  /** The value that was given, where it names something unknown. */
  value?: string;
}

export type SettingsFaultCode =
  | 'wrong-type'
  | 'required'
  | 'unknown-field'
  | 'empty-list'
  | 'unknown-assignment'
  | 'unknown-student'
  | 'not-an-integer'
  | 'below-minimum'
  | 'above-maximum'
  | 'not-offered';

/** What settings may name. */
export interface SettingsScope {
  /** In the period's order. */
  assignments: readonly PeriodAssignment[];
  studentIds: ReadonlySet<string>;
}

type Checked<Value> = { value: Value } | { faults: SettingsFault[] };

/**
 * Holds what somebody chose against the fields of a plugin and its period. What passes comes back in one form whatever order
 * it was given in, each id once: the same choice is the same settings. All faults are named, not the first.
 */
export function checkSettings(
  fields: SettingsFields,
  scope: SettingsScope,
  given: unknown = {},
): { settings: PluginSettings } | { faults: SettingsFault[] } {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { faults: [{ pointer: '', code: 'wrong-type' }] };
  }
  const values = new Map(Object.entries(given));
  const faults: SettingsFault[] = [...values.keys()]
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => ({ pointer: pointerTo(name), code: 'unknown-field' }));
  const settings = Object.entries(fields).map(([name, field]) => {
    const checked = checkValue(field, scope, values.get(name), pointerTo(name));
    if ('faults' in checked) faults.push(...checked.faults);
    return [name, 'value' in checked ? checked.value : undefined] as const;
  });
  return faults.length > 0 ? { faults } : { settings: Object.fromEntries(settings) as PluginSettings };
}

function checkValue(
  field: SettingsField,
  scope: SettingsScope,
  given: unknown,
  pointer: string,
): Checked<PluginSettings[string]> {
  if (given === undefined || given === null) return fault(pointer, 'required');
  switch (field.type) {
    case 'array':
      return checkIds(field, scope, given, pointer);
    case 'integer':
      return checkInteger(field, given, pointer);
    case 'boolean':
      return typeof given === 'boolean' ? { value: given } : fault(pointer, 'wrong-type');
    case 'string':
      if (typeof given !== 'string') return fault(pointer, 'wrong-type');
      return field.enum.includes(given) ? { value: given } : fault(pointer, 'not-offered');
  }
}

function checkIds(field: IdListField, scope: SettingsScope, given: unknown, pointer: string): Checked<string[]> {
  if (!Array.isArray(given)) return fault(pointer, 'wrong-type');
  if (given.length < field.minItems) return fault(pointer, 'empty-list');
  const positions = new Map(scope.assignments.map(({ assignmentId }, index) => [assignmentId, index]));
  const isKnown = (id: string): boolean => (field.of === 'assignments' ? positions.has(id) : scope.studentIds.has(id));
  const code = field.of === 'assignments' ? 'unknown-assignment' : 'unknown-student';
  const faults = given.flatMap((id: unknown, index): SettingsFault[] => {
    if (typeof id !== 'string') return [{ pointer: `${pointer}/${index}`, code: 'wrong-type' }];
    return isKnown(id) ? [] : [{ pointer: `${pointer}/${index}`, code, value: id }];
  });
  if (faults.length > 0) return { faults };
  const ids = [...new Set(given as string[])];
  const position = (id: string): number => positions.get(id) ?? 0;
  return { value: ids.sort(field.of === 'assignments' ? (a, b) => position(a) - position(b) : compareIds) };
}

function checkInteger({ minimum, maximum }: IntegerField, given: unknown, pointer: string): Checked<number> {
  if (typeof given !== 'number') return fault(pointer, 'wrong-type');
  if (!Number.isSafeInteger(given)) return fault(pointer, 'not-an-integer');
  if (given < minimum) return fault(pointer, 'below-minimum');
  if (maximum !== undefined && given > maximum) return fault(pointer, 'above-maximum');
  return { value: given };
}

function fault(pointer: string, code: SettingsFaultCode): { faults: SettingsFault[] } {
  return { faults: [{ pointer, code }] };
}

function pointerTo(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
