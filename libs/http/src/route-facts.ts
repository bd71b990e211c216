import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ErrorCode, type GuestObject, ROUTE_ACCESS, ROUTE_GUESTS, type RouteAccess } from '@app/kernel';
import { EXAMPLE, type RouteExample } from './example.decorator.js';
import { PROBLEMS } from './problems.decorator.js';

/** Under which @ApiOperation leaves what it was given. */
const API_OPERATION = 'swagger/apiOperation';

/** What a route's decorators declare for the OpenAPI document. */
export interface RouteFacts {
  access?: RouteAccess;
  /** What a guest must own to call it. */
  guests?: GuestObject;
  problems: readonly ErrorCode[];
  example?: RouteExample;
}

/** Reads the metadata of every route, by operation id. */
export function routeFacts(
  app: NestFastifyApplication,
  operationId: (controller: string, method: string) => string,
): Map<string, RouteFacts> {
  const facts = new Map<string, RouteFacts>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      for (const [name, { value }] of methods(metatype.prototype as object)) {
        const access = mark(value, ROUTE_ACCESS) ?? mark(metatype, ROUTE_ACCESS);
        const guests = (mark(value, ROUTE_GUESTS) ?? mark(metatype, ROUTE_GUESTS)) as GuestObject | undefined;
        const example = mark(value, EXAMPLE) as RouteExample | undefined;
        const operation = mark(value, API_OPERATION) as { operationId?: string } | undefined;
        facts.set(operation?.operationId ?? operationId(metatype.name, name), {
          ...(access !== undefined && { access: access as RouteAccess }),
          ...(guests && { guests }),
          ...(example && { example }),
          problems: (mark(value, PROBLEMS) ?? []) as ErrorCode[],
        });
      }
    }
  }
  return facts;
}

function methods(prototype: object | null): [string, { value: object }][] {
  if (prototype === null || prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(
    (entry): entry is [string, PropertyDescriptor & { value: object }] => typeof entry[1].value === 'function',
  );
  return [...methods(Object.getPrototypeOf(prototype) as object | null), ...own];
}

function mark(target: object, key: string): unknown {
  return Reflect.getMetadata(key, target) as unknown;
}
