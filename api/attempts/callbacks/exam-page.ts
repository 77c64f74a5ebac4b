/** Where a learner goes on after the launch. Keys of edX have none of these; of other platforms they may. */
const ENDS_PATH = /[?#]/g;

/** The exam on the learning platform: a path on its own host where the platform's address is not known. */
export function examPage(platformUrl: string | undefined, { courseId, contentId }: ExamAddress): string {
  const path = encodeURI(`/courses/${courseId}/jump_to/${contentId}`).replace(ENDS_PATH, encodeURIComponent);
  return `${platformUrl ?? ''}${path}`;
}

interface ExamAddress {
  courseId: string;
  contentId: string;
}
