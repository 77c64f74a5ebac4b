import { readFileSync } from 'node:fs';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { resolveRules } from '../domain/attempts/rule-overrides';
import type { EnvReader } from './env-reader';

const Provider = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    title: Type.String(),
    supportsOnboarding: Type.Boolean(),
    /** Base URL of the provider's edX REST protocol; absent = provider effects are skipped, registration is local. */
    baseUrl: Type.Optional(Type.String()),
    clientId: Type.Optional(Type.String()),
    clientSecret: Type.Optional(Type.String()),
    /** What the provider comes with to POST /oauth2/access_token for a token to call back with. */
    inboundClientId: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    inboundClientSecret: Type.Optional(Type.String({ minLength: 16 })),
    ruleSet: Type.Union([Type.Literal('classic'), Type.Literal('current')]),
    /** What its reviews mean: under `current`, a REST vendor's "violation" never passes. Unset: as the callback came. */
    protocol: Type.Optional(Type.Union([Type.Literal('software_secure'), Type.Literal('rest')])),
    /** SoftwareSecure callbacks must carry it in X-Callback-Secret; then the reviewer they name is believed. */
    callbackSecret: Type.Optional(Type.String({ minLength: 16 })),
    /** SoftwareSecure callbacks must come from one of these addresses. */
    callbackAddresses: Type.Optional(Type.Array(Type.String({ minLength: 2 }))),
    /** It registers nobody any more; calls, callbacks and rules of the attempts it registered go on. */
    retired: Type.Optional(Type.Boolean()),
    /** Fields of the rule set that differ; checked by `resolveRules`. */
    overrides: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

export type ProviderSettings = Static<typeof Provider>;

/** INVIGIL_PROVIDERS: a JSON list, or `@file` holding one. In production every provider must name its rule set. */
export function readProviders(reader: EnvReader): ProviderSettings[] {
  const raw = reader.raw('INVIGIL_PROVIDERS');
  if (!raw) return [];
  try {
    const parsed: unknown = JSON.parse(raw.startsWith('@') ? readFileSync(raw.slice(1), 'utf8') : raw);
    if (!Array.isArray(parsed)) throw new Error('is not a list');
    const providers = parsed.flatMap((entry: unknown) => readProvider(reader, entry));
    const names = providers.map(({ name }) => name);
    for (const name of names.filter((one, at) => names.indexOf(one) < at))
      reader.addProblem(`INVIGIL_PROVIDERS: "${name}" is there twice`);
    return providers;
  } catch (error) {
    reader.addProblem(`INVIGIL_PROVIDERS: ${(error as Error).message}`);
    return [];
  }
}

/** DEFAULT_RULE_SET: like a provider's own, it has to be named in production, where nobody is judged by a rule nobody chose. */
export function readDefaultRuleSet(reader: EnvReader): ProviderSettings['ruleSet'] {
  const named = reader.raw('DEFAULT_RULE_SET') !== undefined;
  if (reader.inProduction && !named) reader.addProblem('DEFAULT_RULE_SET is not set: classic or current');
  return reader.oneOf('DEFAULT_RULE_SET', ['classic', 'current'], 'classic');
}

/** None when it is faulty. Whether its rules exist is asked here as well, so that all faults are named together. */
function readProvider(reader: EnvReader, entry: unknown): ProviderSettings[] {
  const full = reader.inProduction ? entry : { ruleSet: 'classic', ...(entry as object) };
  const [first] = Value.Errors(Provider, full);
  if (first) {
    reader.addProblem(`INVIGIL_PROVIDERS ${first.path || '(entry)'}: ${first.message}`);
    return [];
  }
  const provider = full as ProviderSettings;
  try {
    resolveRules(provider.ruleSet, provider.overrides);
  } catch (error) {
    reader.addProblem(`INVIGIL_PROVIDERS ${provider.name}: ${(error as Error).message}`);
  }
  return [provider];
}
