import ts from 'typescript';
import { PRODUCT, type SourceFile, sourcesOf } from './sources';

const OWN_WAY = /^db\/(core|migrations)\//;
/** Settings have a `raw` of their own, which reads the environment. */
const NO_SQL = /^config\//;
/** Health checks say whether there is an answer at all. */
const HEALTH = ['api/plugins/health.ts', 'worker/main.ts'];

describe('SQL', () => {
  it('is sent by one of the three ways of docs/sql.md only', () => {
    const files = sourcesOf(PRODUCT).filter(
      ({ path }) => !OWN_WAY.test(path) && !NO_SQL.test(path) && !HEALTH.includes(path),
    );
    expect(files.flatMap(rawCallsIn)).toEqual([]);
  });
});

/** Calls of knex' `raw`, whatever the object is called. */
function rawCallsIn({ path, ast }: SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'raw'
    ) {
      found.push(`${path}:${ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return found;
}
