import 'reflect-metadata';
import { runService } from '@app/service';
import { service } from './orders-app.module.js';

await runService(service);
