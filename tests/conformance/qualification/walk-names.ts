/** Ids of one walk in the running system, which holds many walks at once. */
export class WalkNames {
  private readonly prefix: string;

  constructor(token: string) {
    this.prefix = `${token}-`;
  }

  own(id: string): string {
    return `${this.prefix}${id}`;
  }

  /** As the recording says it, also of who did something: `issuer|subject`. */
  plain(id: string): string {
    const subject = id.slice(id.indexOf('|') + 1);
    return subject.startsWith(this.prefix) ? subject.slice(this.prefix.length) : subject;
  }
}
