import type { ExportRecord } from '../../../domain/exports/model';

/**
 * Recorded worlds share their names, the running system and the simulator serve all cases at once: names that services and
 * channels go by begin with the case's own token. The order of course runs stays what it was.
 */
export class ExportCaseNames {
  private readonly prefix: string;

  constructor(readonly token: string) {
    this.prefix = `${token}.`;
  }

  own(name: string): string {
    return this.prefix + name;
  }

  ownOrNull(name: string | null): string | null {
    return name === null ? null : this.own(name);
  }

  isOwn(name: string): boolean {
    return name.startsWith(this.prefix);
  }

  /** An observed record in the recorded names. */
  recorded<R extends ExportRecord>(record: R): R {
    const { identity } = record;
    const { clickThrough } = identity;
    return {
      ...record,
      courseId: this.plain(record.courseId),
      courseRunId: this.plain(record.courseRunId),
      identity: {
        remoteId: identity.remoteId === null ? null : this.plain(identity.remoteId),
        email: identity.email === null ? null : this.plain(identity.email),
        clickThrough: clickThrough && { ...clickThrough, courseKey: this.plain(clickThrough.courseKey) },
      },
    };
  }

  /** The same value with each `username` in it made the case's own. */
  inBody(body: unknown): unknown {
    if (Array.isArray(body)) return body.map((one) => this.inBody(one));
    if (typeof body !== 'object' || body === null) return body;
    const entries = Object.entries(body).map(([name, value]) => {
      const isName = name === 'username' && typeof value === 'string';
      return [name, isName ? this.own(value) : this.inBody(value)] as const;
    });
    return Object.fromEntries(entries);
  }

  private plain(name: string): string {
    return this.isOwn(name) ? name.slice(this.prefix.length) : name;
  }
}
