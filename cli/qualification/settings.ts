import { readFileSync } from 'node:fs';
import { CommandError, MisuseError, unreadableFile } from '../failures';

export interface ChoiceOptions {
  plugin?: string;
  byHand?: boolean;
  settings?: string;
}

/** What is chosen: a rule or a decision by hand, with settings. @throws MisuseError, CommandError for a file */
export function choiceOf({ plugin, byHand, settings }: ChoiceOptions): { plugin: string | null; settings: object } {
  if ((plugin === undefined) === (byHand !== true)) throw new MisuseError('Either --plugin or --by-hand is needed.');
  return { plugin: plugin ?? null, settings: settings === undefined ? {} : settingsOf(settings) };
}

/** JSON as it stands there, or the file after an @. */
function settingsOf(given: string): object {
  const isFile = given.startsWith('@');
  const text = isFile ? readText(given.slice(1)) : given;
  const settings = parsed(text);
  if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) return settings;
  if (isFile) throw new CommandError(`${given.slice(1)}: that is no JSON object.`);
  throw new MisuseError('--settings is a JSON object, or @ and a file that holds one.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws CommandError for a file that can't be read */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadableFile(file, error);
  }
}

/** Ids separated by commas, or one a line of the file after an @. */
export function idsOf(given: string): string[] {
  const words = given.startsWith('@') ? readText(given.slice(1)).split(/\r?\n/) : given.split(',');
  return words.map((word) => word.trim()).filter((word) => word !== '');
}
