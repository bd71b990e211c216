import type { Manifest } from '@app/service';

/** A public route: the app that serves requests with a matching path. */
export interface Route {
  app: string;
  path: string;
  matches: RegExp;
}

/**
 * The services' public routes, most specific first, as in API Gateway: a literal segment beats a parameter, and a
 * parameter beats a greedy one.
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

/** A sort key: per segment 2 for a literal, 1 for a parameter, 0 for a greedy one. */
function specificity(path: string): string {
  return path
    .split('/')
    .slice(1)
    .map((segment) => (isGreedy(segment) ? '0' : isParameter(segment) ? '1' : '2'))
    .join('');
}
