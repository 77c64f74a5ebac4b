import type { Connection } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

const { IndexedValueType } = proto.api.enums.v1;

/** Our types as the command line and as the operator service name them. */
export const SEARCH_ATTRIBUTE_TYPES = {
  KEYWORD: { flag: 'Keyword', value: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD },
  KEYWORD_LIST: { flag: 'KeywordList', value: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST },
  DATETIME: { flag: 'Datetime', value: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME },
  INT: { flag: 'Int', value: IndexedValueType.INDEXED_VALUE_TYPE_INT },
} as const;

/** Why an attribute of the contract can't be used: a start that names it is refused by Temporal. */
export interface SearchAttributeFault {
  name: string;
  fault: 'missing' | 'wrong-type';
}

/**
 * The attributes of the contract that the namespace lacks or has with another type, in the contract's order; empty when
 * every start and upsert is accepted. @throws a service error while Temporal or the namespace can't be reached.
 */
export async function findSearchAttributeFaults(
  connection: Pick<Connection, 'operatorService'>,
  namespace: string,
): Promise<SearchAttributeFault[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const known = new Map(Object.entries(customAttributes ?? {}));
  return Object.values(SEARCH_ATTRIBUTES).flatMap(({ name, type }): SearchAttributeFault[] => {
    const found = known.get(name);
    if (found === undefined) return [{ name, fault: 'missing' }];
    return found === SEARCH_ATTRIBUTE_TYPES[type].value ? [] : [{ name, fault: 'wrong-type' }];
  });
}

/** One line for operators: what is wrong and the commands that mend it. */
export function describeSearchAttributeFaults(faults: readonly SearchAttributeFault[], namespace: string): string {
  const named = (wanted: SearchAttributeFault['fault']): string[] =>
    faults.filter(({ fault }) => fault === wanted).map(({ name }) => name);
  const [missing, wrong] = [named('missing'), named('wrong-type')];
  const sentences = [];
  if (missing.length > 0) {
    const flags = missing.map((name) => `--name ${name} --type ${flagOf(name)}`).join(' ');
    const command = `temporal operator search-attribute create --namespace ${namespace} ${flags}`;
    sentences.push(`Namespace ${namespace} lacks the search attributes ${missing.join(', ')}: ${command}`);
  }
  if (wrong.length > 0) {
    const wanted = wrong.map((name) => `${name} (${flagOf(name)})`).join(', ');
    sentences.push(
      `Namespace ${namespace} has search attributes of another type than ${wanted}: use another namespace`,
    );
  }
  return sentences.join('. ');
}

function flagOf(name: string): string {
  const attribute = Object.values(SEARCH_ATTRIBUTES).find((one) => one.name === name);
  return attribute ? SEARCH_ATTRIBUTE_TYPES[attribute.type].flag : 'Keyword';
}
