import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../dev/ports';
import { persistentPorts, USUAL_PORTS } from '../../../dev/stack-ports';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'invigil-ports-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const onlyApi = (name: string): boolean => name === 'api';
const say = (lines: string[]) => (line: string) => void lines.push(line);

describe('The ports of a stack that is started again and again', () => {
  it('are those of the last time, so that links stay valid', async () => {
    const port = await lastTime();
    const said: string[] = [];
    expect(await persistentPorts(folder, onlyApi, say(said))).toMatchObject({ api: port });
    expect(said).toEqual([]);
  });

  it('are others when somebody has them, which is said, and kept from then on', async () => {
    const port = await lastTime();
    const somebody = createServer().listen(port, '127.0.0.1');
    await once(somebody, 'listening');
    const said: string[] = [];
    const ports = await persistentPorts(folder, onlyApi, say(said));
    expect(ports.api).not.toBe(port);
    expect(said).toEqual([`Port ${port} is taken, using ${ports.api}.`]);
    somebody.close();
  });

  it('are not looked after where the environment names the server', async () => {
    expect(await persistentPorts(folder, () => false, say([]))).toMatchObject(USUAL_PORTS);
  });

  it.each(['', '{', '{"api":"8080"}', '[]'])('do without a file that says nothing (%s)', async (text) => {
    writeFileSync(join(folder, 'ports.json'), text);
    expect(await persistentPorts(folder, () => false, say([]))).toMatchObject(USUAL_PORTS);
  });

  /** As if an earlier start had used a port, which is free now. */
  async function lastTime(): Promise<number> {
    const somebody = createServer().listen(0, '127.0.0.1');
    await once(somebody, 'listening');
    const { port } = somebody.address() as { port: number };
    writeFileSync(join(folder, 'ports.json'), JSON.stringify({ api: port }));
    await once(somebody.close(), 'close');
    return port;
  }
});

describe('A free port', () => {
  it('is handed out once', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(new Set(ports).size).toBe(20);
  });
});
