/**
 * The platform's page where staff look at a reviewed attempt (reviews.json and traces_dev.json, `review_url` of a support
 * notification). Course ids keep their colon and plus there; exams go by number, attempts by the provider's id.
 */
export function reviewPage(
  platformUrl: string,
  { courseId, examId, externalId }: { courseId: string; examId: number; externalId: string | null },
): string {
  const course = encodeURI(courseId).replace(/[?#]/g, encodeURIComponent);
  const page = `${platformUrl.replace(/\/+$/, '')}/edx_proctoring/v1/instructor/${course}/${examId}`;
  return externalId === null ? page : `${page}?attempt=${encodeURIComponent(externalId)}`;
}
