import 'reflect-metadata';
import { lambdaHandlers } from '@app/service';
import { users } from './users-app.module.js';

export const { http, rpc, relay } = lambdaHandlers(users);
