/** One answer of a script: a status with a body, or none at all. */
export type ScriptedAnswer =
  | {
      status: number;
      json?: unknown;
      raw?: string;
      headers?: Record<string, string>;
      /** The score of the request's body is given back. */
      echo_score?: unknown;
    }
  | { error: 'timeout' | 'connection' };

/** What a request is answered with: the first rule that fits; its answers in order, the last for ever. */
export interface ScriptRule {
  method: string;
  /** Decoded. */
  path: string;
  /** Text that query or body hold. */
  contains?: string;
  responses: ScriptedAnswer[];
}

export interface ScriptedRequest {
  method: string;
  /** Decoded. */
  path: string;
  /** Query and body as one text. */
  text: string;
}

const UNMATCHED: ScriptedAnswer = { status: 404, json: { unmatched: true } };

/** Plays rules in the form of the exports' oracle (`stub_rules` of channel_payloads.json). */
export class Script {
  private readonly used = new Map<ScriptRule, number>();

  constructor(private readonly rules: readonly ScriptRule[]) {}

  next({ method, path, text }: ScriptedRequest): ScriptedAnswer {
    const rule = this.rules.find(
      (one) =>
        one.method === method && one.path === path && (one.contains === undefined || text.includes(one.contains)),
    );
    if (!rule) return UNMATCHED;
    const played = this.used.get(rule) ?? 0;
    this.used.set(rule, played + 1);
    return rule.responses[Math.min(played, rule.responses.length - 1)] ?? UNMATCHED;
  }
}
