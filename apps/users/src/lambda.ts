import 'reflect-metadata';
import { lambdaHandlers } from '@app/service';
import { service } from './users-app.module.js';

export const { http, rpc, relay } = lambdaHandlers(service);
