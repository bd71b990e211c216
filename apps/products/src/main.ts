import 'reflect-metadata';
import { runService } from '@app/service';
import { products } from './products-app.module.js';

await runService(products);
