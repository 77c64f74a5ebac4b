import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal as proto } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

const { IndexedValueType } = proto.api.enums.v1;
const TYPES = {
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  INT: IndexedValueType.INDEXED_VALUE_TYPE_INT,
};

/** Makes the task queue's name unique without changing it: no other test's worker serves this namespace. */
export async function newNamespace(address: string): Promise<string> {
  const connection = await Connection.connect({ address });
  const namespace = `test-${randomUUID()}`;
  const searchAttributes = Object.fromEntries(
    Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, TYPES[type]]),
  );
  const { workflowService, operatorService } = connection;
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
  await connection.close();
  return namespace;
}
