/** A part of the document. */
export type SchemaNode = string | number | boolean | null | SchemaNode[] | SchemaMembers;
export interface SchemaMembers {
  [member: string]: SchemaNode;
}

/** One way of writing what JSON Schema has several for, so that the same schema is found again wherever it came from. */
export function normalise(node: SchemaNode): SchemaNode {
  if (Array.isArray(node)) return node.map(normalise);
  if (!isObject(node)) return node;
  const inside = Object.fromEntries(Object.entries(node).map(([member, value]) => [member, normalise(value)]));
  return STEPS.reduce((schema, step) => step(schema), inside);
}

export function isObject(value: SchemaNode | undefined): value is SchemaMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without what only TypeScript sees. */
export function plain(value: object): SchemaNode {
  return JSON.parse(JSON.stringify(value)) as SchemaNode;
}

const STEPS: readonly ((schema: SchemaMembers) => SchemaMembers)[] = [
  oneWordAsEnum,
  wordsAsEnum,
  patternsAsAdditional,
  defaultsAsOptional,
];

function oneWordAsEnum(schema: SchemaMembers): SchemaMembers {
  const { const: word, ...others } = schema;
  return typeof word === 'string' && others['type'] === 'string' ? { ...others, enum: [word] } : schema;
}

/** `anyOf` of words, with or without null. */
function wordsAsEnum(schema: SchemaMembers): SchemaMembers {
  const { anyOf, ...others } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const words = anyOf.flatMap((choice) => (isWord(choice) ? choice.enum : []));
  const rest = anyOf.filter((choice) => !isWord(choice));
  if (words.length < 2) return schema;
  const choice = { type: 'string', enum: words };
  return rest.length === 0 ? { ...others, ...choice } : { ...others, anyOf: [choice, ...rest] };
}

function isWord(schema: SchemaNode): schema is { type: 'string'; enum: SchemaNode[] } {
  return isObject(schema) && schema['type'] === 'string' && Array.isArray(schema['enum']);
}

/** A record of values of one kind. */
function patternsAsAdditional(schema: SchemaMembers): SchemaMembers {
  const { patternProperties, ...others } = schema;
  if (!isObject(patternProperties)) return schema;
  const [value] = Object.values(patternProperties);
  return value === undefined ? others : { ...others, additionalProperties: value };
}

/** Of members and parameters: what is filled in when it is missing need not be sent. */
function defaultsAsOptional(schema: SchemaMembers): SchemaMembers {
  const { required, properties, ...others } = schema;
  if (Array.isArray(required) && isObject(properties)) {
    const needed = required.filter((name) => typeof name === 'string' && !hasDefault(properties[name]));
    return { ...others, properties, ...(needed.length > 0 ? { required: needed } : {}) };
  }
  return required === true && hasDefault(schema['schema']) ? { ...schema, required: false } : schema;
}

function hasDefault(schema: SchemaNode | undefined): boolean {
  return isObject(schema) && 'default' in schema;
}
