import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { SEARCH_ATTRIBUTE_TYPES } from '../../clients/temporal/search-attributes';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

type AttributeTypes = Record<string, keyof typeof SEARCH_ATTRIBUTE_TYPES>;

const ALL: AttributeTypes = Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, type]));

/**
 * Makes the task queue's name unique without changing it: no other test's worker serves this namespace. It has all search
 * attributes unless others are given.
 */
export async function newNamespace(address: string, attributes = ALL): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await connection.close();
  await addSearchAttributes(address, namespace, attributes);
  return namespace;
}

/** Adds attributes to a namespace that lacks them. */
export async function addSearchAttributes(address: string, namespace: string, attributes = ALL): Promise<void> {
  if (Object.keys(attributes).length === 0) return;
  const searchAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, type]) => [name, SEARCH_ATTRIBUTE_TYPES[type].value]),
  );
  const connection = await Connection.connect({ address });
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  await connection.close();
}
