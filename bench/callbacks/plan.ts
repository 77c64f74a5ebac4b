import { softwareSecureReview } from '../../dev/software-secure';

export const CALLBACKS_VARIANTS = ['invigil', 'insert'] as const;

export type CallbacksVariantName = (typeof CALLBACKS_VARIANTS)[number];

/** The vendor whose callbacks are posted; the secret is part of what the API checks. It has no base URL: no call is made to it. */
export const CALLBACKS_PROVIDER = {
  name: 'bench',
  title: 'Bench',
  supportsOnboarding: false,
  ruleSet: 'current',
  callbackSecret: 'secret of the bench, only here',
} as const;

export const COURSE = 'course-v1:Bench+callbacks+2026';

/** Round 0 warms up. */
export const WARM_UP = 300;

export function attemptCode(round: number, index: number): string {
  return `BENCH-${round}-${index}`;
}

/** A review as SoftwareSecure sends it, with a comment of each kind. */
export function callbackBody(code: string): object {
  const comment = { eventStart: 12, eventFinish: 15, duration: 3, comments: 'Looks away.', eventStatus: 'Clean' };
  return softwareSecureReview(
    { code, externalId: `ext-${code}` },
    {
      videoReviewLink: `https://vendor.example.org/video/${code}`,
      webCamComments: [comment],
      desktopComments: [comment],
    },
  );
}
