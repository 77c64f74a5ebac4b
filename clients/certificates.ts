import type { JsonService } from './http';
import type { Call, CertificatesClient } from './platform';

/** Certificates are addressed by username, as in edX's own certificates API. */
export class CertificatesService implements CertificatesClient {
  constructor(private readonly http: JsonService) {}

  async invalidate(ref: { username: string; courseId: string }, call: Call): Promise<void> {
    const learner = encodeURIComponent(ref.username);
    const path = `/api/certificates/v0/certificates/${learner}/courses/${encodeURIComponent(ref.courseId)}/invalidation`;
    await this.http.send({ method: 'PUT', path, body: {} }, call);
  }
}
