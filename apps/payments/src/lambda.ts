import 'reflect-metadata';
import { lambdaHandlers, outsideHandler } from '@app/service';
import { service } from './payments-app.module.js';
import { psp as asksProvider } from './psp-app.module.js';

export const { http, events, relay } = lambdaHandlers(service);

/** Asks the payment provider for the others, from outside their network. */
export const psp = outsideHandler(asksProvider);
