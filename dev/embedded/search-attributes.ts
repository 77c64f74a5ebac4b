import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTE_TYPES } from '../../clients/temporal/search-attributes';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

/** The one that API and workers use (config/settings.ts). */
export const NAMESPACE = process.env['TEMPORAL_NAMESPACE'] || 'default';

/** `--search-attribute Name=Type` for each attribute of the contract. */
export function searchAttributeArgs(): string[] {
  return Object.values(SEARCH_ATTRIBUTES).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${SEARCH_ATTRIBUTE_TYPES[type].flag}`,
  ]);
}

/** The custom attributes the server at the address knows. @throws while it cannot be reached. */
export async function listSearchAttributes(address: string): Promise<string[]> {
  return withConnection(address, async (connection) => {
    await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
    const listed = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
    return Object.keys(listed.customAttributes ?? {});
  });
}

/** True once the server is up, has the namespace and knows every attribute of the contract. */
export async function knowsSearchAttributes(address: string): Promise<boolean> {
  const known = new Set(await listSearchAttributes(address));
  return Object.keys(SEARCH_ATTRIBUTES).every((name) => known.has(name));
}

/** Adds what a server of somebody else's lacks; attributes it already has are left as they are. */
export async function registerSearchAttributes(address: string): Promise<void> {
  const known = new Set(await listSearchAttributes(address));
  const missing = Object.values(SEARCH_ATTRIBUTES).filter(({ name }) => !known.has(name));
  if (missing.length === 0) return;
  const attributes = Object.fromEntries(missing.map(({ name, type }) => [name, SEARCH_ATTRIBUTE_TYPES[type].value]));
  await withConnection(address, (connection) =>
    connection.operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes: attributes }),
  );
}

async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    return await connection.withDeadline(Date.now() + 5_000, () => use(connection));
  } finally {
    await connection.close();
  }
}
