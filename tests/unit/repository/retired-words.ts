/** Names that docs/glossary.md replaced, as whole identifiers. */
export const RETIRED: readonly string[] = `
  trip Stop travel legs findStop rowsOf
  WorldRows worldOf openDecision
  Judge judge judged Judged
  AttemptPlace CreationPlace Place ExportPlace placeOf
  door ImportDoor turnAway Arrival Intake admit
  Claim Pace Delivery Incoming Received World
  SentExam ExamSent ExamFields CourseExam ExamFacts ExamInput StoredExam ProviderExam
  settle Settler Settlement settleCallback
  Parcel Delivered UnitEnd Ended Rehearsal hurry linger leave giveUp
  wish Asking ExportAsk askOf
  Shown shownRecord tell
  alive notYet Turns alarm rung show hasRested mayClose
  StoredAttemptRef CreationRef AttemptDescription AttemptStart StatusRequest
  ExamWithPolicy ExamToStore PublishedExamInput
  InboxRow AuthenticatedCallback LocatedCallback ReceiveResult
  Hall GameTable promises Arena house lanes desk followed
`
  .trim()
  .split(/\s+/);
