import type { Manifest } from '@app/service';

/** A public route: which app serves requests whose path matches. */
export interface Route {
  app: string;
  path: string;
  matches: RegExp;
}

/**
 * The public routes of services, most specific first: a literal segment beats a parameter, a parameter beats a greedy
 * one, as API Gateway decides.
 */
export function routesOf(services: readonly Pick<Manifest, 'name' | 'routes'>[]): Route[] {
  return services
    .flatMap(({ name, routes }) => routes.map((path) => toRoute(name, path)))
    .sort((a, b) => specificity(b.path).localeCompare(specificity(a.path)));
}

export function findRoute(routes: readonly Route[], url: string): Route | undefined {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return routes.find(({ matches }) => matches.test(path));
}

function toRoute(app: string, path: string): Route {
  const pattern = path
    .split('/')
    .map((segment) => (isGreedy(segment) ? '.+' : isParameter(segment) ? '[^/]+' : segment.replace(/[.+]/g, '\\$&')))
    .join('/');
  return { app, path, matches: new RegExp(`^${pattern}/?$`) };
}

const isGreedy = (segment: string) => segment.endsWith('+}');
const isParameter = (segment: string) => segment.startsWith('{');

/** Sorts as text: per segment 2 literal, 1 parameter, 0 greedy. */
function specificity(path: string): string {
  return path
    .split('/')
    .slice(1)
    .map((segment) => (isGreedy(segment) ? '0' : isParameter(segment) ? '1' : '2'))
    .join('');
}
