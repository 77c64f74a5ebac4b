/** A review as SoftwareSecure posts it to `/providers/{provider}/reviews`; `more` replaces members. */
export function softwareSecureReview(
  { code, externalId }: { code: string; externalId: string | null },
  more: object = {},
): Record<string, unknown> {
  return {
    examMetaData: { examCode: code, ssiRecordLocator: externalId },
    reviewStatus: 'Clean',
    videoReviewLink: 'https://psi.example.org/1',
    webCamComments: [],
    desktopComments: [],
    ...more,
  };
}
