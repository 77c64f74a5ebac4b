import type { Call } from '../http/call';
import type { JsonService } from '../http/json-service';
import type { LearnerRef } from './refs';

/** Certificates are addressed by username, as in edX's own certificates API. */
export class CertificatesService {
  constructor(private readonly http: JsonService) {}

  async invalidate(ref: LearnerRef, call: Call): Promise<void> {
    await this.http.send({ method: 'PUT', path: `${pathOf(ref)}invalidation`, body: {} }, call);
  }

  /** Undefined = the learner has none. */
  certificate(ref: LearnerRef, call: Call): Promise<unknown> {
    return this.http.find({ path: pathOf(ref) }, call);
  }
}

function pathOf({ username, courseId }: LearnerRef): string {
  return `/api/certificates/v0/certificates/${encodeURIComponent(username)}/courses/${encodeURIComponent(courseId)}/`;
}
