/** A walk of statuses.json or wizard.json: what was done in a fresh university, and what came of each step. */
export interface Walk {
  name: string;
  steps: Step[];
}

export interface Step {
  op: string;
  actor?: string;
  method?: string;
  url?: string;
  json?: SaveBody;
  form?: Record<string, (string | number)[] | string | number>;
  result: Recorded;
  assignment?: string;
  student?: string;
  full_name?: string;
  points?: number;
  passing?: boolean;
  n?: number;
  sortby?: string;
  time?: number[];
  user?: string;
  status?: string;
  message?: string;
  plugin?: string | null;
  period?: string;
  tag?: string | null;
}

export interface SaveBody {
  period?: string | number;
  status?: string;
  message?: string;
  plugin?: string | null;
  pluginsessionid?: string;
  passing_relatedstudentids?: (string | number)[];
  notready_relatedstudentids?: (string | number)[];
}

export interface Recorded {
  ok?: boolean;
  status?: number;
  body?: unknown;
  form?: { choices: [string, string][]; initial: string[]; errors: Record<string, string[]> };
  sections?: [string, string[]][];
  location?: string;
  exception?: string;
  db?: RecordedStatus[];
  current?: number;
  qualified?: string[];
  order?: string[];
}

export interface RecordedStatus {
  n: number;
  period: string;
  status: string;
  message: string;
  plugin: string;
  students: Record<string, boolean | null>;
  user: string;
  exported: boolean;
}

/** What the rules say of a step: HTTP's number for it, the code where it is refused, and what there is to see. */
export interface Outcome {
  status: number;
  code?: string;
  view?: unknown;
}

/** The id a placeholder stands for; an id of another period stays a stranger here. */
export function idOf(value: string | number): string {
  const [, kind = '', key = ''] = /^[${]?(\w+):(\w+)\}?$/.exec(String(value)) ?? [];
  switch (kind) {
    case 'period':
    case 'rs':
      return key;
    case 'foreignrs':
      return `foreign-${key}`;
    case 'a':
      return `p1:${key}`;
    case 'foreigna':
      return `p2:${key}`;
    default:
      return String(value);
  }
}

/** Our name for a recorded plugin. */
export function pluginIdOf(recorded: string): string {
  return recorded.replace(/^devilry_qualifiesforexam_/, '');
}
