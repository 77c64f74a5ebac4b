import { Type } from '@sinclair/typebox';
import { ChannelHttp } from './channel-http';
import { defineChannel, textSetting } from './define-channel';
import { statementOf } from './xapi-statement';
import { StatementStore } from './xapi-store';

/** A learning record store: statements whose ids follow from our keys, so that a resend is the same statement (golden xapi-*). */
export const xapi = defineChannel({
  kind: 'XAPI',
  levels: ['completion'],
  limits: { batchSize: 100, requestsPerSecond: 20 },
  idempotent: true,
  settings: {
    siteUrl: textSetting,
    objectType: Type.Optional(Type.Union([Type.Literal('course'), Type.Literal('courserun')])),
  },
  urls: ['siteUrl'],
  credentials: { key: textSetting, secret: textSetting },

  map(record, context, { siteUrl, objectType = 'course' }) {
    if (record.identity.email === null) return { cannot: 'no-channel-identity' };
    if (context.event !== 'enrollment' && record.completedAt === null) return { cannot: 'not-completed' };
    const verb = context.event === 'enrollment' ? 'registered' : 'completed';
    return { payload: statementOf(verb, record, context, { siteUrl, objectType }) };
  },

  open: (setup, dependencies) => new StatementStore(setup, new ChannelHttp(dependencies)),
});
