import 'reflect-metadata';
import { lambdaHandlers, outsideHandler } from '@app/service';
import { media as rendersImages } from './media-app.module.js';
import { service } from './products-app.module.js';

export const { http, rpc, events, relay } = lambdaHandlers(service);

/** Renders images for the others, from outside their network. */
export const media = outsideHandler(rendersImages);
