import type { ChannelKind } from '../../domain/exports/model';
import { canvas } from './canvas';
import {
  type Channel,
  type ChannelDefinition,
  type ChannelDependencies,
  ChannelMisconfigured,
  type ChannelSetup,
} from './channel';
import { csv } from './csv';
import { degreed2 } from './degreed2';
import { sap } from './sap';
import { xapi } from './xapi';

const DEFINITIONS: ReadonlyMap<ChannelKind, ChannelDefinition> = new Map(
  [sap, degreed2, xapi, canvas, csv].map((definition) => [definition.kind, definition]),
);

/** Null for kinds that cannot be sent to (yet). */
export function channelDefinition(kind: ChannelKind): ChannelDefinition | null {
  return DEFINITIONS.get(kind) ?? null;
}

/** The kinds that can be configured. */
export function channelKinds(): ChannelKind[] {
  return [...DEFINITIONS.keys()];
}

/** @throws ChannelMisconfigured */
export function openChannel(setup: ChannelSetup, dependencies: ChannelDependencies): Channel {
  const definition = channelDefinition(setup.kind);
  if (!definition) throw new ChannelMisconfigured([{ field: 'kind', message: `${setup.kind} is not supported` }]);
  return definition.open(setup, dependencies);
}
