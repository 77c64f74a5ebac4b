import { Connection } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { GRPC, grpcCodeOf, unlessHidden } from './grpc';
import { findSearchAttributeFaults, type SearchAttributeFault } from './search-attributes';

/** What a namespace of Temporal offers. */
export interface TemporalNamespace {
  /** How long closed workflows are kept; null when the server does not say. */
  retentionMs: number | null;
  /** Null where the server does not let us list them. */
  attributes: NamespaceAttributes | null;
}

export interface NamespaceAttributes {
  /** Of the contract's attributes; empty when every start is accepted. */
  faults: SearchAttributeFault[];
  /** How many of each type the namespace has, by the type's name as Temporal's command line has it. */
  used: Record<string, number>;
}

export interface TemporalServer {
  version: string;
  /** What keeps search attributes, e.g. `postgres12` or `elasticsearch`; empty when the server does not say. */
  visibilityStore: string;
  /** Null when there is no such namespace. */
  namespace: TemporalNamespace | null;
}

const ANSWER_WITHIN_MS = 5_000;

/** Looks and changes nothing. @throws an error with the server's words when Temporal cannot be reached. */
export async function inspectTemporal(address: string, namespace: string): Promise<TemporalServer> {
  const connection = await Connection.connect({ address, connectTimeout: ANSWER_WITHIN_MS });
  try {
    return await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => readServer(connection, namespace));
  } finally {
    await connection.close();
  }
}

async function readServer(connection: Connection, namespace: string): Promise<TemporalServer> {
  const { workflowService } = connection;
  const [{ serverVersion }, cluster, found] = await Promise.all([
    workflowService.getSystemInfo({}),
    unlessHidden(workflowService.getClusterInfo({})),
    workflowService.describeNamespace({ namespace }).catch((error: unknown) => {
      if (grpcCodeOf(error) === GRPC.notFound) return null;
      throw error;
    }),
  ]);
  const retention = found?.config?.workflowExecutionRetentionTtl?.seconds;
  return {
    version: serverVersion ?? '',
    visibilityStore: cluster?.visibilityStore ?? '',
    namespace: found && {
      retentionMs: retention == null ? null : Number(retention) * 1_000,
      attributes: await readAttributes(connection, namespace),
    },
  };
}

async function readAttributes(connection: Connection, namespace: string): Promise<NamespaceAttributes | null> {
  const listed = await unlessHidden(connection.operatorService.listSearchAttributes({ namespace }));
  if (listed === null) return null;
  const used: Record<string, number> = {};
  for (const type of Object.values(listed.customAttributes ?? {})) {
    const name = attributeTypeName(proto.api.enums.v1.IndexedValueType[type]);
    used[name] = (used[name] ?? 0) + 1;
  }
  return { faults: await findSearchAttributeFaults(connection, namespace), used };
}

/** INDEXED_VALUE_TYPE_KEYWORD_LIST is KeywordList on Temporal's command line. */
function attributeTypeName(type: string): string {
  const words = type.replace('INDEXED_VALUE_TYPE_', '').toLowerCase().split('_');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
