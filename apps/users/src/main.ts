import 'reflect-metadata';
import { runService } from '@app/service';
import { users } from './users-app.module.js';

await runService(users);
