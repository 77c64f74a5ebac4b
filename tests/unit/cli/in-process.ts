import { runCommandLine } from '../../../cli/program';

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in this process and gathers what it prints. */
export async function invigil(...args: string[]): Promise<Outcome> {
  const printed = { out: '', err: '' };
  const add = (to: 'out' | 'err') => (text: unknown) => {
    printed[to] += String(text);
    return true;
  };
  const line = (to: 'out' | 'err') => (text: unknown) => void add(to)(`${String(text)}\n`);
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(add('out')),
    jest.spyOn(process.stderr, 'write').mockImplementation(add('err')),
    jest.spyOn(console, 'log').mockImplementation(line('out')),
    jest.spyOn(console, 'error').mockImplementation(line('err')),
  ];
  try {
    return { code: await runCommandLine(args), ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
