import { NAMED_SCHEMAS } from './named-schemas';
import { isObject, type SchemaNode, type SchemaMembers, normalise, plain } from './normalise';

const NAMED = Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [name, normalise(plain(schema))] as const);
const NAMES = new Map(NAMED.map(([name, schema]) => [canonical(schema), name]));

/** The document as clients can use it: normalised, what has a name stands there once, addresses in alphabetical order. */
export function readableDocument(document: object): object {
  const { components = {}, paths = {}, ...head } = normalise(plain(document)) as SchemaMembers;
  const { schemas = {}, ...otherComponents } = components as SchemaMembers;
  const named = NAMED.map(([name, schema]) => [name, withNamesInside(schema)] as const);
  return {
    ...head,
    paths: sorted(withNames(paths) as SchemaMembers),
    components: { ...otherComponents, schemas: { ...(schemas as SchemaMembers), ...Object.fromEntries(named) } },
  };
}

function withNames(node: SchemaNode): SchemaNode {
  const name = isObject(node) && 'properties' in node ? NAMES.get(canonical(node)) : undefined;
  return name === undefined ? withNamesInside(node) : { $ref: `#/components/schemas/${name}` };
}

function withNamesInside(node: SchemaNode): SchemaNode {
  if (Array.isArray(node)) return node.map(withNames);
  if (!isObject(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([member, value]) => [member, withNames(value)]));
}

/** The same for the same schema, whatever the order of its members. */
function canonical(value: SchemaNode): string {
  return JSON.stringify(value, (_, member: SchemaNode) => (isObject(member) ? sorted(member) : member));
}

function sorted(members: SchemaMembers): SchemaMembers {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}
