import type { FastifyServerOptions } from 'fastify';
import type { Knex } from 'knex';
import type { AttemptGateway } from '../clients/temporal';
import type { Settings } from '../config/settings';

/** What the API is made of; given by the composition root or a test. */
export interface ApiDependencies {
  settings: Settings;
  knex: Knex;
  temporal: AttemptGateway;
  /** The clock behind tokens, courses and time remaining. */
  now?: () => Date;
  logger?: FastifyServerOptions['logger'];
}

/** What handlers get. */
export interface ApiContext {
  settings: Settings;
  knex: Knex;
  temporal: AttemptGateway;
  now: () => Date;
}

/** Options of a route plugin. */
export interface RouteOptions {
  context: ApiContext;
}
