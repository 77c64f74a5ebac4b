import type { AttemptKey } from '../../contracts/attempts/messages';
import { receiveCallbacks } from '../../db/attempts/reviews/inbox';
import { type AttemptFixture, FIXTURE_PROVIDER } from './attempt-fixture';

/** What a vendor says, where it is not a Clean review of the attempt. */
export interface SentCallback {
  provider?: string;
  kind?: 'review' | 'ready';
  reviewStatus?: string;
  reviewedBy?: string;
  trusted?: boolean;
  locator?: string;
}

/** A callback in the inbox, as the API stores it. */
export async function storeCallback(
  fixture: AttemptFixture,
  key: AttemptKey,
  sent: SentCallback = {},
): Promise<string> {
  const { attemptCode, attemptId, externalId = null } = await fixture.attempt(key);
  const { kind = 'review', reviewStatus = 'Clean', trusted = false, locator = externalId } = sent;
  const body = {
    examMetaData: { examCode: attemptCode, ssiRecordLocator: locator },
    reviewStatus,
    videoReviewLink: 'https://psi.example.org/1',
    webCamComments: null,
    desktopComments: [{ comments: 'c', duration: 2, eventStart: 1, eventFinish: 3, eventStatus: 'Clean' }],
    ...(sent.reviewedBy === undefined ? {} : { reviewed_by: sent.reviewedBy }),
  };
  const about = {
    provider: sent.provider ?? FIXTURE_PROVIDER,
    channel: 'software_secure',
    attemptCode,
    attempt: { ...key, attemptId },
    externalId,
  } as const;
  const reception = { receivedAt: new Date(), windowMs: 0, onlyOne: false };
  const json = JSON.stringify(body);
  const callback = { ...about, kind, trusted, body: json, bodyHash: json };
  const [received] = await receiveCallbacks(fixture.knex, [{ ...callback, ...reception }]);
  return received?.inboxId ?? '';
}
