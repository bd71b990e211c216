import { Module } from '@nestjs/common';
import { ExportProductsCommand } from './export.command.js';
import { ImportProductsCommand, ProductsCommand } from './import.command.js';

@Module({ providers: [ProductsCommand, ImportProductsCommand, ExportProductsCommand] })
export class ProductsGroup {}
