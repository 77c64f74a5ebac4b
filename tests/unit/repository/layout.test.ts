import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exportedNames, importsOf, PRODUCT, ROOT, type SourceFile, sourcesOf } from './sources';

const product = sourcesOf(PRODUCT);

describe('the layout', () => {
  it.each(['attempts', 'exports'])('has a folder %s in each layer a feature passes through', (feature) => {
    const layers = ['domain', 'contracts', 'workflows', 'activities', 'db', 'api'];
    expect(layers.filter((layer) => !existsSync(join(ROOT, layer, feature)))).toEqual([]);
  });

  it('has no circle of imports, type imports included', () => {
    expect(circlesIn(sourcesOf([...PRODUCT, 'console', 'dev', 'scripts', 'bench']))).toEqual([]);
  });

  it('exports each name with one meaning', () => {
    const owners = new Map<string, string[]>();
    for (const file of product.filter(({ path }) => !path.startsWith('db/migrations/'))) {
      for (const name of new Set(exportedNames(file))) owners.set(name, [...(owners.get(name) ?? []), file.path]);
    }
    expect([...owners].filter(([, files]) => files.length > 1)).toEqual([]);
  });
});

/** Each circle once, as the path that closes it. */
function circlesIn(files: SourceFile[]): string[] {
  const known = new Set(files.map(({ path }) => path));
  const imports = new Map(files.map((file) => [file.path, importsOf(file, known)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return circles;
}
