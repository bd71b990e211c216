import 'reflect-metadata';
import { runService } from '@app/service';
import { service } from './notifier-app.module.js';

await runService(service);
