import 'reflect-metadata';
import { runService } from '@app/service';
import { orders } from './orders-app.module.js';

await runService(orders);
