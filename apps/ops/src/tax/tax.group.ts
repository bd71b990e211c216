import { Module } from '@nestjs/common';
import { ImportTaxCommand, ListTaxCommand, TaxCommand } from './tax.commands.js';

@Module({ providers: [TaxCommand, ListTaxCommand, ImportTaxCommand] })
export class TaxGroup {}
