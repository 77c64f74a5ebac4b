import type { EnvReader } from './env-reader';

/** Carries `instance` in the answers about health. */
export const INSTANCE_HEADER = 'x-invigil-instance';

/** Where the servers are that Invigil uses, and where its own listen. */
export interface ServerSettings {
  databaseUrl: string;
  databasePoolMax: number;
  temporalAddress: string;
  temporalNamespace: string;
  /** Base of links into Temporal's UI, without trailing slash. */
  temporalUiUrl: string;
  host: string;
  port: number;
  workerHealthPort: number;
  /** A name of this process, so that who asks for its health knows who answers. */
  instance?: string;
}

export function readServers(reader: EnvReader): ServerSettings {
  return {
    databaseUrl: reader.url('DATABASE_URL', ['postgres', 'postgresql']),
    databasePoolMax: reader.integer('DATABASE_POOL_MAX', 5),
    temporalAddress: reader.text('TEMPORAL_ADDRESS', '127.0.0.1:7233'),
    temporalNamespace: reader.text('TEMPORAL_NAMESPACE', 'default'),
    temporalUiUrl: reader.url('TEMPORAL_UI_URL', ['http', 'https'], 'http://127.0.0.1:8233').replace(/\/+$/, ''),
    host: reader.text('HOST', '127.0.0.1'),
    port: reader.port('PORT', 8080),
    workerHealthPort: reader.port('WORKER_HEALTH_PORT', 8081),
    ...reader.optional('instance', 'INVIGIL_INSTANCE'),
  };
}
