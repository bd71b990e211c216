import 'reflect-metadata';
import { runService } from '@app/service';
import { notifier } from './notifier-app.module.js';

await runService(notifier);
