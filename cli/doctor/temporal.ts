import { inspectTemporal, type TemporalNamespace, type TemporalServer } from '../../clients/temporal/inspect';
import type { Settings } from '../../config/settings';
import { temporalFailure } from '../servers';
import { type Finding, well, problem, warning } from './finding';
import { searchAttributeFindings } from './search-attributes';

export interface TemporalObservation extends TemporalServer {
  address: string;
  namespaceName: string;
}

export type ObservedTemporal = TemporalObservation | { failure: string };

type TemporalSettings = Pick<Settings, 'temporalAddress' | 'temporalNamespace'>;

export async function observeTemporal(settings: TemporalSettings): Promise<ObservedTemporal> {
  const { temporalAddress: address, temporalNamespace: namespaceName } = settings;
  try {
    return { ...(await inspectTemporal(address, namespaceName)), address, namespaceName };
  } catch (error) {
    return { failure: temporalFailure(settings, error) };
  }
}

export function temporalFindings(observed: ObservedTemporal): Finding[] {
  if ('failure' in observed) return [problem('temporal', observed.failure, 'start it, or correct TEMPORAL_ADDRESS')];
  const { address, version, namespace, namespaceName } = observed;
  const server = well('temporal', `${version || 'unknown version'} at ${address}`);
  if (namespace === null) {
    const remedy = `temporal operator namespace create --retention 720h --namespace ${namespaceName}`;
    return [server, problem('namespace', `there is no namespace ${namespaceName}`, remedy)];
  }
  return [
    server,
    retentionFinding(namespaceName, namespace),
    ...searchAttributeFindings(observed, namespace.attributes),
  ];
}

const DAY_MS = 86_400_000;
/** Who has to explain on Monday what happened on Friday looks at workflows that ended days ago. */
const SHORTEST_RETENTION_MS = 7 * DAY_MS;

function retentionFinding(name: string, { retentionMs }: TemporalNamespace): Finding {
  if (retentionMs === null) return well('namespace', `${name} is there`);
  const seen = `${name} keeps closed workflows for ${durationText(retentionMs)}`;
  if (retentionMs >= SHORTEST_RETENTION_MS) return well('namespace', seen);
  const remedy = `links to attempts end with it: temporal operator namespace update --retention 720h --namespace ${name}`;
  return warning('namespace', seen, remedy);
}

function durationText(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  return days >= 2 ? `${days} days` : `${Math.round(ms / 3_600_000)} hours`;
}
