import { parseArgs } from 'node:util';
import { DEFAULT_DEV_KEY_FILE, signDevToken } from '../config/dev-key';

const HELP = `Prints a token for the development API, signed with the key of AUTH_DEV_KEY_FILE (${DEFAULT_DEV_KEY_FILE}).

  npm run --silent token -- --scope "exams:read attempts:write" --sub ada [options]

  --scope "A B"       scopes, space separated (required)
  --sub NAME          who acts; with attempts:take the learner (required)
  --courses A,B       limits the token to these courses
  --customers A,B     limits the token to these enterprise customers
  --provider NAME     the proctoring provider that calls back
  --expires 1h        lifetime
  --key-file FILE     another key`;

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      scope: text,
      sub: text,
      courses: text,
      customers: text,
      provider: text,
      expires: text,
      'key-file': text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help || !values.scope || !values.sub) {
    (values.help ? console.log : console.error)(HELP);
    return values.help ? 0 : 2;
  }
  const keyFile = values['key-file'] ?? (process.env['AUTH_DEV_KEY_FILE'] || DEFAULT_DEV_KEY_FILE);
  const token = await signDevToken(keyFile, {
    sub: values.sub,
    scope: values.scope,
    ...(values.courses ? { courses: values.courses.split(',') } : {}),
    ...(values.customers ? { customers: values.customers.split(',') } : {}),
    ...(values.provider ? { provider: values.provider } : {}),
    ...(values.expires ? { expiresIn: values.expires } : {}),
  });
  console.log(token);
  return 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
