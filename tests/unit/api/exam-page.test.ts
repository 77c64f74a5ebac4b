import { examPage } from '../../../api/attempts/callbacks/exam-page';

it.each([
  ['course-v1:Org+Course+Run', 'block-v1:Org+type@x', '/courses/course-v1:Org+Course+Run/jump_to/block-v1:Org+type@x'],
  ['a#b?c', 'd e%', '/courses/a%23b%3Fc/jump_to/d%20e%25'],
  ['курс', 'x', '/courses/%D0%BA%D1%83%D1%80%D1%81/jump_to/x'],
])('The exam %s, %s is at its own address.', (courseId, contentId, path) => {
  expect(examPage('https://lms.example.org', { courseId, contentId })).toBe(`https://lms.example.org${path}`);
  expect(examPage(undefined, { courseId, contentId })).toBe(path);
});
