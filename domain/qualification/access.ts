/** Who asks, as the token says it. */
export interface QualificationPrincipal {
  scopes: ReadonlySet<string>;
  /** Whom administrators are named by; null for machines. */
  person: { issuer: string | null; subject: string } | null;
  /** The learner the token is for. */
  learnerId: string | null;
  /** What the token is limited to; a limit that is there lets nothing else through. */
  limits: { nodes?: readonly string[]; periods?: readonly string[] };
}

export interface AdministratorEntry {
  /** A period or a node. */
  objectId: string;
  objectKind: 'period' | 'node';
  issuer: string | null;
  subject: string;
}

/** A period where it hangs: its node, that node's parent, and so on up. */
export interface PeriodPath {
  periodId: string;
  nodes: readonly { nodeId: string; kind: 'department' | 'subject' }[];
  /** Everybody listed on the period or on one of these nodes. */
  administrators: readonly AdministratorEntry[];
}

export type QualificationAct =
  { type: 'see' | 'draft' | 'save' | 'retract' | 'mark-exported' } | { type: 'own-answer'; userId: string };

export type AccessAnswer =
  { allowed: true; as: 'admin-scope' | 'administrator' | 'student' } | { allowed: false; code: AccessRefusalCode };

export type AccessRefusalCode = 'unauthenticated' | 'period-not-found' | 'not-period-administrator';

/**
 * Who may do what with a period. What lies outside a token's limits is not found, so that nobody learns that it is there; then
 * the admin scope may everything; then the people listed on the period or above it, as far as their scopes go.
 */
export function decideAccess(
  principal: QualificationPrincipal | null,
  path: PeriodPath | null,
  act: QualificationAct,
): AccessAnswer {
  if (principal === null) return { allowed: false, code: 'unauthenticated' };
  if (path === null || !isWithinLimits(principal, path)) return { allowed: false, code: 'period-not-found' };
  if (principal.scopes.has('qualification:admin')) return { allowed: true, as: 'admin-scope' };
  if (act.type === 'own-answer' && isOwn(principal, act.userId)) return { allowed: true, as: 'student' };
  const needed = CHANGING.has(act.type) ? 'qualification:write' : 'qualification:read';
  const listed = listedEntries(principal, path);
  const counting = act.type === 'mark-exported' ? listed.filter((entry) => isDepartment(entry, path)) : listed;
  if (counting.length > 0 && principal.scopes.has(needed)) return { allowed: true, as: 'administrator' };
  return { allowed: false, code: 'not-period-administrator' };
}

const CHANGING: ReadonlySet<QualificationAct['type']> = new Set(['draft', 'save', 'retract', 'mark-exported']);

function isOwn({ scopes, learnerId }: QualificationPrincipal, userId: string): boolean {
  return scopes.has('attempts:take') && learnerId === userId;
}

/** A node's limit covers all below it. */
function isWithinLimits({ limits }: QualificationPrincipal, { periodId, nodes }: PeriodPath): boolean {
  const withinNodes = limits.nodes === undefined || nodes.some(({ nodeId }) => limits.nodes?.includes(nodeId));
  const withinPeriods = limits.periods === undefined || limits.periods.includes(periodId);
  return withinNodes && withinPeriods;
}

function listedEntries({ person }: QualificationPrincipal, path: PeriodPath): AdministratorEntry[] {
  if (person === null) return [];
  const nodeIds = new Set(path.nodes.map(({ nodeId }) => nodeId));
  return path.administrators.filter(({ objectId, objectKind, issuer, subject }) => {
    const onPath = objectKind === 'period' ? objectId === path.periodId : nodeIds.has(objectId);
    return onPath && subject === person.subject && issuer === person.issuer;
  });
}

function isDepartment({ objectId, objectKind }: AdministratorEntry, { nodes }: PeriodPath): boolean {
  return objectKind === 'node' && nodes.some(({ nodeId, kind }) => nodeId === objectId && kind === 'department');
}
