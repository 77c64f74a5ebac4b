import { reviewPage } from '../../../../clients/proctoring/review-page';

const PAGE = { courseId: 'course-v1:Oracle+P101+2026', examId: 7, externalId: 'ext-a1' };

test('The page of a review keeps the course id as the platform writes it, with or without a slash after the base.', () => {
  const expected = 'http://testserver/edx_proctoring/v1/instructor/course-v1:Oracle+P101+2026/7?attempt=ext-a1';
  expect(reviewPage('http://testserver', PAGE)).toBe(expected);
  expect(reviewPage('http://testserver/', PAGE)).toBe(expected);
});

test('Ids with characters of their own meaning in an address stay ids.', () => {
  const page = new URL(
    reviewPage('https://lms.example.org/base', { ...PAGE, courseId: 'c?x#y z', externalId: 'a&b=c#d' }),
  );
  expect(decodeURIComponent(page.pathname)).toBe('/base/edx_proctoring/v1/instructor/c?x#y z/7');
  expect([...page.searchParams]).toEqual([['attempt', 'a&b=c#d']]);
  expect(page.hash).toBe('');
});

test('An attempt that no provider knows has the page of its exam.', () => {
  expect(reviewPage('https://lms.example.org', { ...PAGE, externalId: null })).toMatch(/\/7$/);
});
