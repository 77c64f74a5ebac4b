import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import Fastify, { type FastifyInstance } from 'fastify';
import { attemptAnswer } from '../../../api/attempts/answer';
import type { ApiDependencies } from '../../../api/context';
import { authPlugin } from '../../../api/plugins/auth';
import { healthPlugin } from '../../../api/plugins/health';
import { idempotencyPlugin } from '../../../api/plugins/idempotency';
import { metricsPlugin } from '../../../api/plugins/metrics';
import { openapiPlugin } from '../../../api/plugins/openapi';
import { problemPlugin } from '../../../api/plugins/problem';
import {
  type AttemptKey,
  type AttemptRef,
  changeStatusUpdate,
  createUpdate,
} from '../../../contracts/attempts/messages';
import { AttemptAnswer, AttemptParams, ChangeStatusBody, CreateAttemptBody } from '../../../contracts/http/attempts';
import { responses, strictObject } from '../../../contracts/http/common';
import { courseOf } from '../plan';

type Parts = Required<Pick<ApiDependencies, 'settings' | 'knex' | 'temporal' | 'now'>>;

/** The real API's plugins around two routes that read nothing: token, Idempotency-Key, one update-with-start. */
export async function buildFloorApp(parts: Parts): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, ajv: { customOptions: { coerceTypes: false } } });
  await app.register(problemPlugin);
  await app.register(openapiPlugin);
  await app.register(metricsPlugin, parts);
  await app.register(healthPlugin, { ...parts, plugins: [] });
  await app.register(
    async (v1) => {
      await v1.register(authPlugin, parts);
      await v1.register(idempotencyPlugin, parts);
      await v1.register(floorRoutes, parts);
    },
    { prefix: '/v1' },
  );
  return app;
}

const floorRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { settings, temporal }) => {
  const config = { scopes: ['attempts:write' as const] };
  const { timings } = settings;
  const refOf = (key: AttemptKey): AttemptRef => ({
    ...key,
    courseId: courseOf('floor'),
    provider: null,
    phase: 'open',
  });
  const creation = {
    params: strictObject({ examId: Type.String() }),
    body: CreateAttemptBody,
    response: responses({ 201: AttemptAnswer }),
  };
  app.post('/exams/:examId/attempts', { config, schema: creation }, async ({ commandId, params, body }, reply) => {
    const { userId, ...wanted } = body;
    const ref = refOf({ examId: Number(params.examId), userId, attemptNumber: 1 });
    const view = await temporal.execute(ref, createUpdate, { ...wanted, commandId }, timings);
    return reply.code(201).send(attemptAnswer(view, settings));
  });
  const change = { params: AttemptParams, body: ChangeStatusBody, response: responses({ 200: AttemptAnswer }) };
  app.patch('/attempts/:attemptCode', { config, schema: change }, async ({ commandId, params, body: { status } }) => {
    const ref = refOf(keyOf(params.attemptCode));
    return attemptAnswer(await temporal.execute(ref, changeStatusUpdate, { status, commandId }, timings), settings);
  });
};

/** `{examId}.{userId}.{number}`: the floor has no table to look a code up in. */
function keyOf(code: string): AttemptKey {
  const [examId = '', userId = '', attemptNumber = ''] = code.split('.');
  return { examId: Number(examId), userId, attemptNumber: Number(attemptNumber) };
}
