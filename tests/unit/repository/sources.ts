import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import ts from 'typescript';

export const ROOT = resolve(__dirname, '../../..');

/** The folders that ship: what a newcomer reads. */
export const PRODUCT = [
  'domain',
  'contracts',
  'workflows',
  'activities',
  'clients',
  'db',
  'api',
  'worker',
  'config',
  'cli',
] as const;

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  path: string;
  text: string;
  ast: ts.SourceFile;
}

/** The TypeScript files of these top-level folders; a folder that isn't there has none. */
export function sourcesOf(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => typescriptFiles(folder)).map(read);
}

function typescriptFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

function read(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, ast: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) };
}

/** The files of the repository a file imports, type imports included. */
export function importsOf({ path, ast }: SourceFile, known: ReadonlySet<string>): string[] {
  return ts
    .preProcessFile(ast.text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.normalize(posix.join(posix.dirname(path), name)))
    .map((name) => [`${name}.ts`, `${name}.tsx`, `${name}/index.ts`, name].find((file) => known.has(file)))
    .filter((name) => name !== undefined);
}

/** The names a file declares and exports; what it only passes on is another file's. */
export function exportedNames({ ast }: SourceFile): string[] {
  return ast.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return [];
    const exported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (exported !== true) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText(ast));
    const { name } = statement as ts.Statement & { name?: ts.Identifier };
    return name === undefined ? [] : [name.text];
  });
}

/** Every identifier a file uses, each once. */
export function identifiersOf({ ast }: SourceFile): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return found;
}
