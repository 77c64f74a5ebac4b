import { type TObject, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { ChannelMisconfigured, type ChannelSetup, type SetupProblem } from './channel';

/** Text that may not be empty. */
export const textSetting = Type.String({ minLength: 1, maxLength: 2048 });

/** What a kind requires of its setup. */
export interface SetupShape {
  settings: TObject;
  credentials: TObject;
  /** Fields of `settings` that hold addresses. */
  urls?: readonly string[];
  /** False for channels without HTTP. */
  remote: boolean;
}

/** Everything wrong with a setup; messages name fields, never values. */
export function problemsOf(shape: SetupShape, setup: ChannelSetup): SetupProblem[] {
  const problems = [
    ...fieldProblems('settings', shape.settings, setup.settings),
    ...fieldProblems('credentials', shape.credentials, setup.credentials),
  ];
  if (shape.remote) problems.push(...urlProblems('baseUrl', setup.baseUrl));
  for (const name of shape.urls ?? []) {
    const value = setup.settings[name];
    if (typeof value === 'string') problems.push(...urlProblems(`settings.${name}`, value));
  }
  return problems;
}

/** @throws ChannelMisconfigured. Afterwards settings and credentials have the shape's types. */
export function assertValid(shape: SetupShape, setup: ChannelSetup): void {
  const problems = problemsOf(shape, setup);
  if (problems.length > 0) throw new ChannelMisconfigured(problems);
}

function fieldProblems(where: string, schema: TObject, value: unknown): SetupProblem[] {
  const problems = new Map<string, string>();
  for (const error of Value.Errors(schema, value)) {
    const field = `${where}${error.path.replaceAll('/', '.')}`;
    if (!problems.has(field)) problems.set(field, error.message);
  }
  return [...problems].map(([field, message]) => ({ field, message }));
}

/** Credentials belong into headers and bodies: an address that holds some, or a query, is refused. */
function urlProblems(field: string, value: string): SetupProblem[] {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return [{ field, message: 'must be an http or https address' }];
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return [{ field, message: 'must not hold credentials, query or fragment' }];
  return [];
}

/** A base address and an absolute path. */
export function joinUrl(baseUrl: string, path: string): string {
  return `${baseUrl.replace(/\/+$/, '')}${path}`;
}

export function basicAuthorization(user: string, secret: string): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}
