/** Where a click-through's session token is sealed: it opens in its own row only. */
export function clickThroughPlace(customerId: string, userId: string, courseKey: string): string {
  return JSON.stringify(['click-through', customerId, userId, courseKey]);
}
