import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The release's version, from package.json beside `cli/` or, in a build, beside `dist/`. */
export function releaseVersion(): string {
  for (const folder of ['..', '../..']) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(__dirname, folder, 'package.json'), 'utf8')) as Manifest;
      if (name === 'invigil') return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return 'unknown';
}

interface Manifest {
  name: string;
  version: string;
}
