import type { FastifyInstance } from 'fastify';
import type { DomainError } from '@app/kernel';
import { httpError } from './http-errors.js';

/** Knows the methods of each path, to distinguish 405 from 404. Used only when no route matched. */
export class RouteTable {
  private readonly routes: { pattern: RegExp; methods: string[] }[] = [];

  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ url, method }) => {
      const methods = (Array.isArray(method) ? method : [method]).map(String);
      if (!url.includes('*')) this.routes.push({ pattern: toPattern(url), methods });
    });
  }

  /** Returns the methods of a path, sorted; empty for an unknown path. */
  methods(path: string): string[] {
    const found = new Set(this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods));
    return found.size === 0 ? [] : [...found.add('OPTIONS')].sort();
  }
}

/** The error for a method that the path does not take; `allowed` are those it takes. */
export function methodNotAllowed(allowed: readonly string[]): DomainError {
  return httpError('method-not-allowed', `This address takes ${allowed.join(', ')}.`);
}

function toPattern(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
