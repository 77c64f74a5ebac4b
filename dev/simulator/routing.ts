import type { ConfiguredAnswers } from './answers';
import type { Subject } from './journal';
import type { ProviderState } from './provider-state';
import type { RoutedAnswer } from './routed-answer';

/** A request as the services see it. */
export interface RoutedRequest {
  /** Groups of the route's path, decoded. */
  params: string[];
  query: Record<string, string>;
  body: unknown;
}

export interface Route {
  /** `provider` gets its name from the path. */
  service: string;
  method: string;
  path: RegExp;
  subject?: (params: string[]) => Subject;
  handle(request: RoutedRequest, answers: ConfiguredAnswers, providers: ProviderState): RoutedAnswer;
}

export interface Found {
  route: Route;
  params: string[];
}

export function findRoute(routes: Route[], method: string, path: string): Found | null {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, params: match.slice(1).map((part) => decodeURIComponent(part ?? '')) };
  }
  return null;
}

export function problem(status: number, code: string): RoutedAnswer {
  return { status, body: { error_code: code } };
}

/** 400 when fields are missing, null when all are there. */
export function missing(request: RoutedRequest, required: string[]): RoutedAnswer | null {
  const lacking = required.filter((name) => member(request.body, name) === undefined);
  return lacking.length === 0 ? null : problem(400, `missing: ${lacking.join(', ')}`);
}

export function member(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}
