import 'reflect-metadata';
import { runService } from '@app/service';
import { service } from './users-app.module.js';

await runService(service);
