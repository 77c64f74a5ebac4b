import { type Static, type TObject, type TProperties, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { ExportLevel, ExportRecord } from '../../domain/exports/model';
import {
  type Channel,
  type ChannelDefinition,
  type ChannelDependencies,
  type ChannelHealth,
  type ChannelItem,
  type ChannelKindFacts,
  ChannelMisconfigured,
  type ChannelSetup,
  type Json,
  type MapContext,
  type MapResult,
  type SetupProblem,
} from './channel';
import { type RecordResult, ChannelCredentialsRefused } from './record-result';
import { ChannelBusy, ChannelRejection } from './rejection';

/** Text that may not be empty. */
export const textSetting = Type.String({ minLength: 1, maxLength: 2048 });

/** Settings and credentials in one, once they are checked; the base address without trailing slashes. */
type Configured<S extends TProperties, C extends TProperties> = Static<TObject<S>> &
  Static<TObject<C>> & { baseUrl: string };

/** A channel at work. */
export interface OpenedChannel<P> {
  /** As `Channel.send`. */
  send(batch: readonly ChannelItem<P>[], signal: AbortSignal): Promise<RecordResult[]>;
  /** The least that shows that the channel takes us. @throws ChannelRejection, ChannelBusy, ChannelCredentialsRefused */
  probe(signal: AbortSignal): Promise<unknown>;
}

interface ChannelSpecification<
  L extends ExportLevel,
  S extends TProperties,
  C extends TProperties,
  P extends Json,
> extends ChannelKindFacts {
  /** Records of other levels never come to `map`. */
  levels: readonly L[];
  settings: S;
  credentials: C;
  /** Settings that hold addresses. */
  urls?: readonly (keyof S & string)[];
  /** True for channels without HTTP, whose base address means nothing. */
  local?: boolean;
  map: (record: Extract<ExportRecord, { kind: L }>, context: MapContext, setup: Configured<S, C>) => MapResult<P>;
  /** @throws ChannelMisconfigured */
  open: (setup: Configured<S, C>, dependencies: ChannelDependencies) => OpenedChannel<P>;
}

/** A kind of channel from what only it knows. Its `send` gets the payloads of its `map`, so dry runs show what is sent. */
export function defineChannel<L extends ExportLevel, S extends TProperties, C extends TProperties, P extends Json>(
  specification: ChannelSpecification<L, S, C, P>,
): ChannelDefinition {
  const { levels, settings, credentials, urls = [], local = false, map, open, ...facts } = specification;
  const schemas = { settings: closed(settings), credentials: closed(credentials) };
  const validate = (setup: ChannelSetup): SetupProblem[] => [
    ...fieldProblems('settings', schemas.settings, setup.settings),
    ...fieldProblems('credentials', schemas.credentials, setup.credentials),
    ...(local ? [] : urlProblems('baseUrl', setup.baseUrl)),
    ...urls.flatMap((name) => urlProblems(`settings.${name}`, setup.settings[name])),
  ];
  return {
    ...facts,
    levels,
    credentialFields: Object.keys(credentials),
    validate,
    open(setup, dependencies): Channel {
      const problems = validate(setup);
      if (problems.length > 0) throw new ChannelMisconfigured(problems);
      const baseUrl = setup.baseUrl.replace(/\/+$/, '');
      const configured = { ...setup.settings, ...setup.credentials, baseUrl } as Configured<S, C>;
      const opened = open(configured, dependencies);
      const isTaken = (record: ExportRecord): record is Extract<ExportRecord, { kind: L }> =>
        (levels as readonly ExportLevel[]).includes(record.kind);
      return {
        ...facts,
        map: (record, context) =>
          isTaken(record) ? map(record, context, configured) : { cannot: 'level-not-supported' },
        send: (batch, signal = new AbortController().signal) => opened.send(batch as readonly ChannelItem<P>[], signal),
        health: (signal = new AbortController().signal) => healthOf(opened.probe(signal)),
      };
    },
  };
}

function closed(properties: TProperties): TObject {
  return Type.Object(properties, { additionalProperties: false });
}

/** Messages name fields, never values. */
function fieldProblems(where: string, schema: TObject, value: unknown): SetupProblem[] {
  const problems = new Map<string, string>();
  for (const error of Value.Errors(schema, value)) {
    const field = `${where}${error.path.replaceAll('/', '.')}`;
    if (!problems.has(field)) problems.set(field, error.message);
  }
  return [...problems].map(([field, message]) => ({ field, message }));
}

/** Credentials belong into headers and bodies: an address that holds some, or a query, is refused. */
function urlProblems(field: string, value: unknown): SetupProblem[] {
  if (typeof value !== 'string') return [];
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return [{ field, message: 'must be an http or https address' }];
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return [{ field, message: 'must not hold credentials, query or fragment' }];
  return [];
}

/** A probe's end as health. A channel that asks for a pause is there. */
async function healthOf(probe: Promise<unknown>): Promise<ChannelHealth> {
  try {
    await probe;
    return { state: 'healthy', detail: 'answered' };
  } catch (error) {
    if (error instanceof ChannelCredentialsRefused) return { state: 'credentials-refused', detail: error.message };
    if (error instanceof ChannelBusy) return { state: 'healthy', detail: error.message };
    if (error instanceof ChannelRejection) return { state: 'unreachable', detail: error.message };
    throw error;
  }
}
