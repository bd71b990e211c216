import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';

/** Adds to the edge's settings of a route; Nest's own `RouteConfig` would replace those of another decorator. */
export function addRouteConfig(more: object): MethodDecorator {
  return (target, name, descriptor) => {
    const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
      object | undefined;
    RouteConfig({ ...present, ...more })(target, name, descriptor as TypedPropertyDescriptor<unknown>);
  };
}
