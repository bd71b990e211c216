import 'reflect-metadata';
import { lambdaHandlers } from '@app/service';
import { products } from './products-app.module.js';

export const { http, rpc, events, relay } = lambdaHandlers(products);
