/** The address of an exam in the platform. */
export interface ExamRef {
  userId: string;
  courseId: string;
  contentId: string;
}

/** The address alone, of whatever holds one. */
export function examRefOf({ userId, courseId, contentId }: ExamRef): ExamRef {
  return { userId, courseId, contentId };
}

/** A learner in a course run, as grades and certificates know them. */
export interface LearnerRef {
  username: string;
  courseId: string;
}
