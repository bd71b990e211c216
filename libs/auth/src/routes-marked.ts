import type { INestApplicationContext } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ROUTE_ACCESS } from '@app/kernel';

/** @throws Error naming every HTTP route that has neither `@Public()` nor `@Roles()`. */
export function assertRoutesMarked(app: Pick<INestApplicationContext, 'get'>): void {
  assertControllersMarked(app.get(ModulesContainer));
}

/** The same check on Nest's own module container. */
export function assertControllersMarked(modules: ModulesContainer): void {
  const unmarked = [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) =>
      typeof metatype === 'function' ? unmarkedRoutes(metatype) : [],
    ),
  );
  if (unmarked.length > 0) {
    throw new Error(`These routes need @Public() or @Roles(): ${[...new Set(unmarked)].join(', ')}.`);
  }
}

function unmarkedRoutes(controller: { name: string; prototype: object }): string[] {
  if (Reflect.hasMetadata(ROUTE_ACCESS, controller)) return [];
  const methods = controller.prototype as Record<string, object>;
  return new MetadataScanner()
    .getAllMethodNames(methods)
    .filter((name) => {
      const method = methods[name];
      const isRoute =
        method && Reflect.hasMetadata(PATH_METADATA, method) && Reflect.hasMetadata(METHOD_METADATA, method);
      return isRoute === true && !Reflect.hasMetadata(ROUTE_ACCESS, method);
    })
    .map((name) => `${controller.name}.${name}`);
}
