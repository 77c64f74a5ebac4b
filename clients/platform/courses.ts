import type { Call } from '../http/call';
import type { JsonService } from '../http/json-service';

/** The platform's course catalogue, asked before a publish. */
export class CoursesService {
  constructor(private readonly http: JsonService) {}

  /** Only a 404 with JSON counts as "no such course": a proxy's HTML page says nothing about courses. */
  async exists(courseId: string, call: Call): Promise<boolean> {
    return (await this.details(courseId, call)) !== undefined;
  }

  /** Undefined = there is no such course run. */
  details(courseId: string, call: Call): Promise<unknown> {
    return this.http.find({ path: `/api/courses/v1/courses/${encodeURIComponent(courseId)}/` }, call);
  }
}
