import 'reflect-metadata';
import { runService } from '@app/service';
import { service } from './payments-app.module.js';

await runService(service);
