import 'reflect-metadata';
import { lambdaHandlers } from '@app/service';
import { service } from './orders-app.module.js';

export const { http, rpc, events, relay } = lambdaHandlers(service);
