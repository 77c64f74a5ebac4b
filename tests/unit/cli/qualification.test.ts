import { untilAnswered } from '../../../cli/qualification/waiting';
import { invigil } from './in-process';

const ACTIONS: Record<string, string[]> = {
  plugins: [],
  preview: ['p'],
  save: ['p', 'd'],
  retract: ['p', '--message', 'm'],
  history: ['p'],
  exported: ['p', '1'],
  csv: ['p'],
};

test('Help lists every action, each with a help of its own and an example.', async () => {
  const all = await invigil('qualification', '--help');
  expect(all).toMatchObject({ code: 0, err: '' });
  expect(all.out).toMatch(/^Example: invigil qualification/m);
  for (const action of Object.keys(ACTIONS)) {
    expect(all.out).toMatch(new RegExp(`^  ${action} `, 'm'));
    const one = await invigil('qualification', action, '--help');
    expect(one).toMatchObject({ code: 0, err: '' });
    expect(one.out).toContain(`Usage: invigil qualification ${action}`);
    expect(one.out).toMatch(new RegExp(`^Example: invigil qualification ${action}`, 'm'));
  }
});

test.each([
  ['no action', [], /Usage: invigil qualification/],
  ['an unknown action', ['prewiev'], /unknown command 'prewiev'[\s\S]*Did you mean preview/],
  ...Object.entries(ACTIONS).map(([action, needed]): [string, string[], RegExp] => [
    `an unknown option of ${action}`,
    [action, ...needed, '--bogus'],
    new RegExp(`'--bogus'[\\s\\S]*See: invigil qualification ${action} --help`),
  ]),
  ['no period', ['preview', '--plugin', 'points'], /missing required argument 'period'/],
  ['neither a rule nor a hand', ['preview', 'p'], /Either --plugin or --by-hand is needed/],
  ['a rule and a hand', ['preview', 'p', '--plugin', 'points', '--by-hand'], /Either --plugin or --by-hand/],
  ['settings that are no JSON', ['preview', 'p', '--plugin', 'x', '--settings', '{'], /--settings is a JSON object/],
  ['settings that are a list', ['preview', 'p', '--plugin', 'x', '--settings', '[]'], /--settings is a JSON object/],
  [
    'no number of students',
    ['preview', 'p', '--plugin', 'x', '--students', 'all'],
    /--students all is no whole number/,
  ],
  ['an unknown status', ['save', 'p', 'd', '--status', 'done'], /--status is ready or almostready/],
  ['no message', ['retract', 'p'], /required option '--message/],
  ['a blank message', ['retract', 'p', '--message', '  '], /--message is empty/],
  ['no number of a status', ['exported', 'p', 'last'], /<status> last is no whole number/],
  ['no time', ['exported', 'p', '1', '--at', 'noon'], /--at noon is no time/],
  [
    'a key with a space',
    ['retract', 'p', '--message', 'm', '--token', 't', '--key', 'a b'],
    /--key may have no spaces/,
  ],
])('%s is 2 and says how it is used.', async (_what, args, says) => {
  const { code, out, err } = await invigil('qualification', ...args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(says);
});

test('A file of settings that is not there is 1, in one line.', async () => {
  const { code, err } = await invigil('qualification', 'preview', 'p', '--plugin', 'x', '--settings', '@/no/such/file');
  expect(code).toBe(1);
  expect(err).toBe('/no/such/file: there is no such file.\n');
});

describe('Waiting for an answer', () => {
  const answers = (count: number) => {
    let asked = 0;
    return async (): Promise<number | undefined> => ((asked += 1) < count ? undefined : asked);
  };

  it('shows nothing elsewhere than on a terminal while it is short', async () => {
    const lines: string[] = [];
    const shown = { isTerminal: false, print: (text: string) => void lines.push(text), askEveryMs: 1 };
    expect(await untilAnswered('Working', answers(3), shown)).toBe(3);
    expect(lines).toEqual([]);
  });

  it('prints a line every so often elsewhere, and one that is taken away again on a terminal', async () => {
    const lines: string[] = [];
    const print = (text: string): void => void lines.push(text);
    await untilAnswered('Working', answers(3), { isTerminal: false, print, askEveryMs: 1, lineEveryMs: 0 });
    expect(lines).toEqual(['Working: 0 s\n', 'Working: 0 s\n']);
    lines.length = 0;
    await untilAnswered('Working', answers(2), { isTerminal: true, print, askEveryMs: 1 });
    expect(lines).toEqual(['\rWorking: 0 s', '\r\u001b[K']);
  });

  it('takes its line away when asking fails', async () => {
    const lines: string[] = [];
    const failing = async (): Promise<undefined> => Promise.reject(new Error('gone'));
    const shown = { isTerminal: true, print: (text: string) => void lines.push(text) };
    await expect(untilAnswered('Working', failing, shown)).rejects.toThrow('gone');
    expect(lines).toEqual(['\r\u001b[K']);
  });
});
