import 'reflect-metadata';
import { lambdaHandlers } from '@app/service';
import { service } from './products-app.module.js';

export const { http, rpc, events, relay } = lambdaHandlers(service);
