import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const FOLDER = join(__dirname, '../devilry');

/** A recorded file by its name without extension. */
export function loadRecorded<Content>(name: 'plugins' | 'statuses' | 'wizard'): Content {
  return JSON.parse(gunzipSync(readFileSync(join(FOLDER, `${name}.json.gz`))).toString('utf8')) as Content;
}
