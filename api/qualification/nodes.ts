import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import { responses } from '../../contracts/http/common';
import { NodeAnswer, NodeBody, NodeParams } from '../../contracts/http/qualification/periods';
import { lockNodes } from '../../db/qualification/lock';
import { type AcademicNode, findNode, nodePath, upsertNode } from '../../db/qualification/nodes';
import type { ApiContext, RouteOptions } from '../context';
import { ADMIN_SCOPES, QUALIFICATION_SCOPES, requireNode } from './access';
import { changeAudited } from './audited';
import { invalidBody } from './invalid-body';

const tags = ['qualification'];

/** Departments and subjects: the tree that periods hang in and administrators are listed on. */
export const qualificationNodeRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    '/nodes/:nodeId',
    {
      config: { scopes: QUALIFICATION_SCOPES },
      schema: { tags, params: NodeParams, response: responses({ 200: NodeAnswer }) },
    },
    async (request) => {
      await requireNode(context, request, request.params.nodeId);
      const node = await findNode(context.knex, request.params.nodeId);
      if (node === undefined) throw new ApiError('node-not-found');
      return node;
    },
  );
  app.put(
    '/nodes/:nodeId',
    {
      config: { scopes: ADMIN_SCOPES },
      schema: { tags, params: NodeParams, body: NodeBody, response: responses({ 200: NodeAnswer }) },
    },
    async (request) => {
      const { parentId = null, language = 'en', ...body } = request.body;
      const node: AcademicNode = { nodeId: request.params.nodeId, parentId, language, ...body };
      await requireNodeToStore(context, request, node);
      return changeAudited(context, request, async (trx) => {
        await lockNodes(trx);
        await requireNoCircle(trx, node);
        const before = await findNode(trx, node.nodeId);
        const result = await upsertNode(trx, node);
        const action = before ? 'node.changed' : 'node.created';
        return { result, audit: { action, object: `node/${node.nodeId}`, detail: { parentId, kind: node.kind } } };
      });
    },
  );
};

/** A limited token may change what lies within its limits, and hang new nodes below those. */
async function requireNodeToStore(
  context: ApiContext,
  request: FastifyRequest,
  { nodeId, parentId }: AcademicNode,
): Promise<void> {
  const exists = (await findNode(context.knex, nodeId)) !== undefined;
  const { nodes, periods } = request.principal;
  if (exists) await requireNode(context, request, nodeId);
  else if (periods !== undefined) throw new ApiError('node-not-found');
  const isNamed = nodes === undefined || nodes.includes(nodeId);
  if (parentId === null && !isNamed) throw new ApiError('node-not-found');
  if (parentId === null || parentId === nodeId) return;
  if ((await findNode(context.knex, parentId)) === undefined) throw unknownParent();
  await requireParent(context, request, parentId);
}

async function requireParent(context: ApiContext, request: FastifyRequest, parentId: string): Promise<void> {
  try {
    await requireNode(context, request, parentId);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'node-not-found') throw unknownParent();
    throw error;
  }
}

async function requireNoCircle(trx: Knex, { nodeId, parentId }: AcademicNode): Promise<void> {
  if (parentId === null) return;
  const above = parentId === nodeId ? [{ nodeId }] : await nodePath(trx, parentId);
  if (above.length === 0) throw unknownParent();
  if (above.some((node) => node.nodeId === nodeId)) throw invalidParent('is the node itself or lies below it');
}

function unknownParent(): ApiError {
  return invalidParent('is no node');
}

function invalidParent(message: string): ApiError {
  return invalidBody('/parentId', message);
}
