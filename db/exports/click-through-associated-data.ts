/** Associated data of a click-through's session token: it opens in its own row only. */
export function clickThroughAssociatedData(customerId: string, userId: string, courseKey: string): string {
  return JSON.stringify(['click-through', customerId, userId, courseKey]);
}
