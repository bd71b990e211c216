import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';

/** Adds to what the edge knows about a route; Nest's own `RouteConfig` replaces what another decorator said. */
export function addRouteConfig(more: object): MethodDecorator {
  return (target, name, descriptor) => {
    const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
      object | undefined;
    RouteConfig({ ...present, ...more })(target, name, descriptor as TypedPropertyDescriptor<unknown>);
  };
}
