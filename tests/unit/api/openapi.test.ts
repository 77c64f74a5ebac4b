import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMED_SCHEMAS } from '../../../api/openapi/named-schemas';
import { OPERATIONS } from '../../../api/openapi/operations';
import { contractText } from '../../../scripts/contract';
import { ROOT } from '../repository/sources';

interface OperationObject {
  operationId: string;
  summary: string;
  parameters?: { name: string; required?: boolean; schema: { default?: unknown } }[];
}

interface OpenapiDocument {
  info: { version: string };
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, SchemaObject> };
}

interface SchemaObject {
  required?: string[];
  properties?: Record<string, { default?: unknown }>;
}

let text: string;
let document: OpenapiDocument;
let operations: OperationObject[];

beforeAll(async () => {
  text = await contractText();
  document = JSON.parse(text) as OpenapiDocument;
  operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
});

describe('The contract', () => {
  it('is the one in openapi.json; else `npm run openapi` writes it', () => {
    expect(readFileSync(join(ROOT, 'openapi.json'), 'utf8')).toBe(text);
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(document.info.version).toBe(version);
  });

  it('names each operation once, as a function of a client, and says what it does', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)*$/.test(id))).toEqual([]);
    expect(operations.filter(({ summary }) => !/^[A-Z].{5,}[^.]$/.test(summary))).toEqual([]);
  });

  it('names nothing that no route does; the clock of tests is not in it', () => {
    const known = new Set(operations.map(({ operationId }) => operationId));
    const unused = Object.values(OPERATIONS).filter(({ operationId }) => !known.has(operationId));
    expect(unused.map(({ operationId }) => operationId)).toEqual(['moveClock']);
  });

  it('demands nothing that has a default', () => {
    const parameters = operations.flatMap(({ parameters: list = [] }) => list);
    expect(parameters.filter(({ required, schema }) => required && 'default' in schema)).toEqual([]);
    expect(parameters.filter(({ name }) => name === 'limit').length).toBeGreaterThan(4);
    const demanded = Object.values(document.components.schemas).flatMap(({ required = [], properties = {} }) =>
      required.filter((name) => 'default' in (properties[name] ?? {})),
    );
    expect(demanded).toEqual([]);
  });

  it('refers to every schema it names, and names every schema it refers to', () => {
    const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect([...referred].sort()).toEqual(Object.keys(document.components.schemas).sort());
    expect(Object.keys(document.components.schemas).sort()).toEqual([...Object.keys(NAMED_SCHEMAS), 'Problem'].sort());
  });

  it('offers the key that makes a call safe to repeat, wherever it counts', () => {
    const withKey = operations.filter(({ parameters = [] }) =>
      parameters.some(({ name }) => name === 'Idempotency-Key'),
    );
    const ids = withKey.map(({ operationId }) => operationId);
    expect(ids).toEqual(expect.arrayContaining(['createAttempt', 'startExport', 'removeAllowance']));
    expect(ids).not.toEqual(expect.arrayContaining(['importLearners']));
    expect(ids).not.toContain('getAttempt');
  });
});
