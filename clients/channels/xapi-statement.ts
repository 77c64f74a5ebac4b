import { createHash } from 'node:crypto';
import type { CompletionRecord } from '../../domain/exports/model';
import type { Json, MapContext } from './channel';
import { percentOf } from './percent';

/** The namespace of our statement ids: fixed for ever, or resent statements would be new ones. */
const NAMESPACE = Buffer.from('6f1c2a52c1b75d0e9b3d1f0a7c64e8d3', 'hex');

/** A name-based UUID (RFC 9562 5.5): the same key gives the same statement, which a store keeps once. */
export function statementId(key: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(key).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export interface StatementStyle {
  /** Address under which activities are named. */
  siteUrl: string;
  /** Whether statements are about courses or about their runs. */
  objectType: 'course' | 'courserun';
}

/** One statement, without id. */
export type XapiStatement = Readonly<Record<string, Json>>;

/** Letters stay as they are (docs/decided-differences.md#e10); shape: golden xapi-*. */
export function statementOf(
  verb: 'completed' | 'registered',
  record: CompletionRecord,
  context: MapContext,
  style: StatementStyle,
): XapiStatement {
  return {
    ...(verb === 'completed' ? { result: resultOf(record) } : {}),
    version: '1.0.3',
    actor: actorOf(record),
    verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { 'en-US': verb } },
    object: objectOf(record, context, style),
  };
}

function resultOf({ percent, isPassing, courseCompleted }: CompletionRecord): Json {
  return {
    ...(percent === null ? {} : { score: { scaled: Number(percent), raw: percentOf(percent), min: 0, max: 100 } }),
    success: isPassing ?? false,
    completion: courseCompleted ?? false,
  };
}

/** The name is the part of the single sign-on id behind its provider, else the address. */
function actorOf({ identity }: CompletionRecord): Json {
  const email = identity.email ?? '';
  const name = (identity.remoteId ?? '').split(':').pop() ?? '';
  return { objectType: 'Agent', name: name === '' ? email : name, mbox: `mailto:${email}` };
}

function objectOf(record: CompletionRecord, context: MapContext, { siteUrl, objectType }: StatementStyle): Json {
  const site = siteUrl.replace(/\/+$/, '');
  const key = context.courseKey ?? record.courseId;
  return {
    id: `${site}/xapi/activities/${objectType}/${objectType === 'course' ? key : record.courseRunId}`,
    objectType: 'Activity',
    definition: {
      name: { 'en-US': record.courseTitle ?? '' },
      description: { 'en-US': context.courseDescription ?? '' },
      type: 'http://adlnet.gov/expapi/activities/course',
      extensions: {
        [`${site}/course/key`]: key,
        ...(context.courseUuid === null ? {} : { [`${site}/course/uuid`]: context.courseUuid }),
      },
    },
  };
}

/** Whether a stored statement is ours: a store may add (ids, times, an authority, an activity's details), never to a result. */
export function isSameStatement(ours: XapiStatement, stored: unknown): boolean {
  if (typeof stored !== 'object' || stored === null) return false;
  const theirs = stored as XapiStatement;
  const { version: _, ...content } = ours;
  return isPartOf(content, theirs) && isPartOf(theirs['result'] ?? null, ours['result'] ?? null);
}

function isPartOf(one: Json, other: Json | undefined): boolean {
  if (typeof one !== 'object' || one === null) return one === other;
  if (typeof other !== 'object' || other === null) return false;
  const theirs = other as XapiStatement;
  return Object.entries(one).every(([name, value]: [string, Json]) => isPartOf(value, theirs[name]));
}
