import { once } from 'node:events';
import { createServer } from 'node:net';
import { SettingsError } from '../../../config/settings';
import { explainStartFailure, StartFailure } from '../../../config/start-failure';

async function listenError(port: number, host: string): Promise<unknown> {
  const [error] = (await once(createServer().listen(port, host), 'error')) as [unknown];
  return error;
}

describe('What keeps a process from starting', () => {
  it('is one line about the port when another process has it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const error = await listenError(port, '127.0.0.1');
    other.close();
    expect(explainStartFailure(error, 'WORKER_HEALTH_PORT')).toBe(
      `Port ${port} of 127.0.0.1 is taken by another process: set WORKER_HEALTH_PORT.`,
    );
  });

  it('is one line about the host when it is not of this machine', async () => {
    const explained = explainStartFailure(await listenError(0, '192.0.2.1'), 'PORT');
    expect(explained).toMatch(/^HOST 192\.0\.2\.1 is no address of this machine/);
  });

  it('is the list of faulty settings', () => {
    expect(explainStartFailure(new SettingsError(['A is wrong', 'B is wrong']), 'PORT')).toContain('  - B is wrong');
  });

  it('is what the failure itself says, when it was raised for an operator', () => {
    expect(explainStartFailure(new StartFailure('Temporal is not reachable.'), 'PORT')).toBe(
      'Temporal is not reachable.',
    );
  });

  it.each([
    ['a defect', new TypeError('x is not a function')],
    ['no error at all', 'text'],
  ])('is not explained when it is %s', (_, defect) => {
    expect(explainStartFailure(defect, 'PORT')).toBeUndefined();
  });
});
