import type { Settings } from './settings';

/** The settings with every secret and every password inside a URL masked. */
export function redactSettings(settings: Settings): unknown {
  const secret = /secret|password|token$|obfuscationKey/i;
  const mask = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    return secret.test(key) ? '[redacted]' : value.replace(/(\w+:\/\/[^:/?#@]*):[^/?#]*@/, '$1:[redacted]@');
  };
  return JSON.parse(JSON.stringify(settings, mask));
}
