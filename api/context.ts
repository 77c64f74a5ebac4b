import type { FastifyServerOptions } from 'fastify';
import type { Knex } from 'knex';
import type { AttemptGateway, PublishGateway } from '../clients/temporal/attempts';
import type { ExportGateway } from '../clients/temporal/exports';
import type { DraftGateway } from '../clients/temporal/qualification-drafts';
import type { TemporalReadiness } from '../clients/temporal/readiness';
import type { Settings } from '../config/settings';
import type { QualificationPlugin } from '../domain/qualification/plugin';

/** The calls the API makes to Temporal. */
export type TemporalCalls = AttemptGateway &
  PublishGateway & {
    readonly exports: ExportGateway;
    readonly drafts: DraftGateway;
    readonly readiness: TemporalReadiness;
  };

/** What the API needs; given by the composition root or a test. */
export interface ApiDependencies {
  settings: Settings;
  knex: Knex;
  temporal: TemporalCalls;
  /** The clock behind tokens, courses and time remaining. */
  now?: () => Date;
  logger?: FastifyServerOptions['logger'];
}

/** What handlers get. */
export type ApiContext = Required<Omit<ApiDependencies, 'logger'>> & {
  /** The qualification plugins on offer, in their order. */
  plugins: readonly QualificationPlugin[];
};

/** Options of a route plugin. */
export interface RouteOptions {
  context: ApiContext;
}
