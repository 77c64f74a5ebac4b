import { readFileSync } from 'node:fs';
import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { EnvReader } from './env-reader';

interface JsonVariable<T extends TSchema> {
  name: string;
  schema: T;
}

/**
 * Reads a variable that holds JSON, or `@file` naming a file that does. Faults are reported by place, never with the value,
 * which may be a secret. @returns undefined when it is not set or faulty.
 */
export function readJsonSetting<T extends TSchema>(
  reader: EnvReader,
  variable: JsonVariable<T>,
): Static<T> | undefined {
  const raw = reader.raw(variable.name);
  if (raw === undefined) return undefined;
  return parse(reader, variable, () => (raw.startsWith('@') ? readFileSync(raw.slice(1), 'utf8') : raw));
}

/** The same for a variable that names the file. */
export function readJsonFile<T extends TSchema>(reader: EnvReader, variable: JsonVariable<T>): Static<T> | undefined {
  const file = reader.raw(variable.name);
  return file === undefined ? undefined : parse(reader, variable, () => readFileSync(file, 'utf8'));
}

function parse<T extends TSchema>(
  reader: EnvReader,
  { name, schema }: JsonVariable<T>,
  read: () => string,
): Static<T> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(read());
  } catch (error) {
    reader.addProblem(`${name}: ${error instanceof SyntaxError ? 'is not JSON' : (error as Error).message}`);
    return undefined;
  }
  const [first] = Value.Errors(schema, value);
  if (!first) return value;
  reader.addProblem(`${name} ${first.path || '(as a whole)'}: ${first.message}`);
  return undefined;
}
