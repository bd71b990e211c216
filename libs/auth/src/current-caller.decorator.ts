import { createParamDecorator } from '@nestjs/common';
import { type Caller, currentContext } from '@app/kernel';

/** Injects who calls: a `Caller` on a route with a role, `Caller | undefined` on a public one. */
export const CurrentCaller = createParamDecorator((): Caller | undefined => currentContext().caller);
