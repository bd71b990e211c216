import 'reflect-metadata';
import { lambdaHandlers } from '@app/service';
import { service } from './payments-app.module.js';

export const { http, events, relay } = lambdaHandlers(service);
