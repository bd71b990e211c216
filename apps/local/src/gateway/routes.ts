import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A public route of serverless.yml: which app serves requests whose method and path match. */
export interface Route {
  app: string;
  method: string;
  path: string;
  matches: RegExp;
}

interface ServerlessFile {
  functions?: Record<string, { events?: { httpApi?: string | { method?: string; path?: string } }[] }>;
}

/**
 * Reads the HTTP API routes of every `<app>-http` function, most specific first: a literal segment beats a parameter,
 * a parameter beats a greedy one, as API Gateway decides.
 */
export function readRoutes(file: string): Route[] {
  const { functions = {} } = parse(readFileSync(file, 'utf8')) as ServerlessFile;
  return Object.entries(functions)
    .flatMap(([name, { events = [] }]) =>
      events.flatMap(({ httpApi }) =>
        // `*` is $default, which somebody else answers here.
        httpApi === undefined || httpApi === '*' ? [] : [toRoute(name.replace(/-http$/, ''), httpApi)],
      ),
    )
    .sort((a, b) => specificity(b.path).localeCompare(specificity(a.path)));
}

export function findRoute(routes: Route[], method: string, url: string): Route | undefined {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return routes.find((route) => (route.method === 'ANY' || route.method === method) && route.matches.test(path));
}

function toRoute(app: string, httpApi: string | { method?: string; path?: string }): Route {
  const [method = 'ANY', path = '/'] =
    typeof httpApi === 'string' ? httpApi.split(' ') : [httpApi.method ?? 'ANY', httpApi.path];
  const pattern = path
    .split('/')
    .map((segment) => (isGreedy(segment) ? '.+' : isParameter(segment) ? '[^/]+' : segment.replace(/[.+]/g, '\\$&')))
    .join('/');
  return { app, method: method.toUpperCase(), path, matches: new RegExp(`^${pattern}/?$`) };
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
