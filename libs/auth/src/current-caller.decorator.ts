import { createParamDecorator } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { type Caller, currentContext, type Visitor } from '@app/kernel';

const currentCaller = (): Caller | undefined => currentContext().caller;

const currentVisitor = (): Visitor => {
  const { caller, guest } = currentContext();
  return { caller, guest };
};

/** Injects the caller: a `Caller` on a route with a role, `Caller | undefined` on a public one. */
export const CurrentCaller = createParamDecorator(currentCaller);

/** Injects the `Visitor`: on a route for guests, too, and on one that is public. */
export const CurrentVisitor = createParamDecorator(currentVisitor);

/** Whether a route's method has a `@CurrentCaller()` or `@CurrentVisitor()` parameter. */
export function takesCaller(controller: object, method: string): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object;
  return Object.values(parameters).some(
    ({ factory }: { factory?: unknown }) => factory === currentCaller || factory === currentVisitor,
  );
}
