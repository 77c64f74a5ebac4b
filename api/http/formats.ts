import { FormatRegistry } from '@sinclair/typebox';
import type { FastifyServerOptions } from 'fastify';
import { isInstant } from '../../domain/instants';

const DATE_TIME = 'date-time';

type OnCreate = NonNullable<NonNullable<FastifyServerOptions['ajv']>['onCreate']>;

/** Lets an instant in only as `readInstant` does, wherever a schema names one: in bodies and addresses, and in lines of imports. */
export const addFormats: OnCreate = (ajv) => {
  ajv.addFormat(DATE_TIME, { type: 'string', validate: isInstant });
};

FormatRegistry.Set(DATE_TIME, isInstant);
