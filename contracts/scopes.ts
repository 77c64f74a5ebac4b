/** What a token may allow, in its claim `scope` (docs/design.md#http-interface). */
export const SCOPES = [
  'exams:read',
  'exams:write',
  'learners:write',
  'attempts:read',
  'attempts:write',
  'attempts:take',
  'callbacks',
  'exports:read',
  'exports:write',
  'qualification:read',
  'qualification:write',
  'qualification:admin',
  'ops:read',
  'ops:act',
  'audit:read',
] as const;

export type Scope = (typeof SCOPES)[number];
