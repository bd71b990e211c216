import type { Call } from './call.js';

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** With at most one `{id}`. */
  path: string;
  handle: (call: Call) => object;
}

export interface Match {
  route: Route;
  id: string;
}

/** Finds the route of a request. */
export class Router {
  private readonly routes: readonly { route: Route; pattern: RegExp }[];

  constructor(routes: readonly Route[]) {
    this.routes = routes.map((route) => ({
      route,
      pattern: new RegExp(`^${route.path.replace('{id}', '([\\w-]+)')}$`),
    }));
  }

  find(method: string, path: string): Match | undefined {
    for (const { route, pattern } of this.routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match) return { route, id: match[1] ?? '' };
    }
    return undefined;
  }
}
