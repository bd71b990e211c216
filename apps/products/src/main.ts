import 'reflect-metadata';
import { runService } from '@app/service';
import { service } from './products-app.module.js';

await runService(service);
