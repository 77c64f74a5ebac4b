import { join } from 'node:path';
import { findApi, findKeyFile } from '../../../cli/addresses';
import { MisuseError } from '../../../cli/failures';
import type { StackAddresses } from '../../../config/running-file';

const RUNNING = { api: 'http://127.0.0.1:20664', devKeyFile: '/data/dev-key.json' } as StackAddresses;
const running = (): StackAddresses => RUNNING;
const nothing = (): undefined => undefined;

const ENV = { INVIGIL_URL: 'https://exams.example.org/', AUTH_DEV_KEY_FILE: '/keys/dev-key.json' };

describe('the address of the API', () => {
  it('is the option before the environment, that before the running stack, that before the usual port', () => {
    expect(findApi({ url: 'http://one:1' }, ENV, running)).toEqual({ value: 'http://one:1', from: '--url' });
    expect(findApi({}, ENV, running)).toEqual({ value: 'https://exams.example.org', from: 'INVIGIL_URL' });
    expect(findApi({}, {}, running)).toEqual({ value: RUNNING.api, from: 'the running `npm start`' });
    expect(findApi({}, {}, nothing)).toEqual({ value: 'http://127.0.0.1:8080', from: 'the usual address' });
  });

  it('is looked for in the folder given, else that of INVIGIL_DATA_DIR, else .invigil', () => {
    const asked: string[] = [];
    const ask = (folder: string): undefined => void asked.push(folder);
    findApi({ dataDir: 'd2' }, { INVIGIL_DATA_DIR: 'd3' }, ask);
    findApi({}, { INVIGIL_DATA_DIR: 'd3' }, ask);
    findApi({}, {}, ask);
    expect(asked).toEqual(['d2', 'd3', '.invigil']);
  });

  it.each(['exams.example.org', 'ftp://exams.example.org', 'http://'])('is never %s', (url) => {
    expect(() => findApi({ url }, {}, nothing)).toThrow(MisuseError);
    expect(() => findApi({}, { INVIGIL_URL: url }, nothing)).toThrow(/INVIGIL_URL/);
  });

  it('may hold no password, and the message does not repeat it', () => {
    const find = (): unknown => findApi({ url: 'https://me:geheim@exams.example.org' }, {}, nothing);
    expect(find).toThrow(MisuseError);
    expect(find).not.toThrow(/geheim/);
  });

  it('left empty in the environment is not given', () => {
    expect(findApi({}, { INVIGIL_URL: '' }, running).value).toBe(RUNNING.api);
  });
});

describe('the development key', () => {
  it('is the option before the environment, that before the running stack, that before the data folder', () => {
    expect(findKeyFile({ keyFile: 'mine.json' }, ENV, running).value).toBe('mine.json');
    expect(findKeyFile({}, ENV, running).value).toBe('/keys/dev-key.json');
    expect(findKeyFile({}, {}, running).value).toBe('/data/dev-key.json');
    expect(findKeyFile({ dataDir: 'd2' }, {}, nothing).value).toBe(join('d2', 'dev-key.json'));
    expect(findKeyFile({}, {}, nothing).value).toBe(join('.invigil', 'dev-key.json'));
  });
});
