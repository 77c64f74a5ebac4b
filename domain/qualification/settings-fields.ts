import type { Text } from './text';

/** One thing a plugin lets people choose, described as JSON Schema would, with words for the form made from it. */
export type SettingsField = IdListField | IntegerField | BooleanField | ChoiceField;

/** Assignments or students of the period, by id. */
export interface IdListField {
  type: 'array';
  of: 'assignments' | 'students';
  /** 0 where choosing nobody is an answer too. */
  minItems: 0 | 1;
  title: Text;
  /** What a form shows ticked before anything was ever chosen. */
  initially: 'all' | 'none';
}

export interface IntegerField {
  type: 'integer';
  minimum: number;
  maximum?: number;
  title: Text;
}

export interface BooleanField {
  type: 'boolean';
  title: Text;
}

export interface ChoiceField {
  type: 'string';
  enum: readonly string[];
  title: Text;
}

/** A plugin's settings by name; all are required, so that a saved status says everything it was decided by. */
export type SettingsFields = Readonly<Record<string, SettingsField>>;

/** What a plugin's rule gets, worked out from its fields. */
export type SettingsOf<Fields extends SettingsFields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends { type: 'array' }
    ? readonly string[]
    : Fields[Name] extends { type: 'integer' }
      ? number
      : Fields[Name] extends { type: 'boolean' }
        ? boolean
        : string;
};

/** Settings as they are stored, of whatever plugin. */
export type PluginSettings = Readonly<Record<string, readonly string[] | number | boolean | string>>;

export function assignmentsField(title: Text, initially: 'all' | 'none'): IdListField {
  return { type: 'array', of: 'assignments', minItems: 1, title, initially };
}

/** Choosing nobody is an answer, so the list may be empty. */
export function studentsField(title: Text): IdListField {
  return { type: 'array', of: 'students', minItems: 0, title, initially: 'none' };
}

export function integerField(title: Text, limits: { minimum: number; maximum?: number }): IntegerField {
  return { type: 'integer', title, ...limits };
}
