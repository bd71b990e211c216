import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DomainError } from '@app/kernel';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  countsOf,
  MAX_TAX_FILE,
  OrdersOperationsModule,
  readTaxFile,
  TaxImportService,
  type TaxPlan,
  TaxRatesRepository,
} from '../../../orders/src/operations-app.module.js';
import { fileSize } from '../context/file-size.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { changesOf, whatOf, whereOf } from './changes.js';

@SubCommand({
  name: 'import',
  arguments: '<file>',
  argsDescription: { file: 'CSV with a header line; the fields are those of POST /tax-rates' },
  description:
    'Insert or replace tax rates by country, region, postal_prefix, tax_category and valid_from: all or none',
})
export class ImportTaxCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([file = '']: string[], options: { dryRun?: true }): Promise<void> {
    const dryRun = options.dryRun === true;
    const rows = readTaxFile(await contentOf(file));
    const [access, operator] = await Promise.all([this.place.database('orders'), this.operator.name()]);
    const how = { file: basename(file), operator, dryRun };
    const plan = await runWith(OrdersOperationsModule.forDatabase(access), (app) =>
      app.get(TaxImportService).run(rows, how),
    );
    if (!dryRun) return this.output.done(`${sentenceOf(plan)}.`, { ...countsOf(plan), dry_run: false });
    const changes = changesOf(plan);
    if (this.output.json) return this.output.value({ ...countsOf(plan), dry_run: true, changes });
    await this.output.rows(changes, 'Nothing would change.');
    this.output.say(`It would be: ${sentenceOf(plan)}.`);
  }

  @Option({ flags: '--dry-run', description: 'only check, and print what would change' })
  dryRun(): true {
    return true;
  }
}

@SubCommand({ name: 'list', description: 'The tax rates, the oldest first' })
export class ListTaxCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: { country?: string; limit?: number }): Promise<void> {
    const { country, limit = LIST.usual } = options;
    const module = OrdersOperationsModule.forDatabase(await this.place.database('orders'));
    const request = { page_size: limit, with_total: false, sort: { field: 'tax_rate_id', descending: false } };
    const { items } = await runWith(module, (app) =>
      app.get(TaxRatesRepository).list(country === undefined ? {} : { country }, request),
    );
    const rows = items.map((rate) => ({ id: rate.taxRateId, ...whereOf(rate), ...whatOf(rate) }));
    await this.output.rows(rows, 'There are no such tax rates.');
  }

  @Option({ flags: '--country <code>', description: 'those of one country, such as DE' })
  country(text: string): string {
    return text.toUpperCase();
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@Command({ name: 'tax', description: 'Rates of tax', subCommands: [ListTaxCommand, ImportTaxCommand] })
export class TaxCommand extends GroupCommand {}

async function contentOf(file: string): Promise<Uint8Array> {
  if ((await fileSize(file)) <= MAX_TAX_FILE.bytes) return readFile(file);
  const sentence = `${file} has more than ${MAX_TAX_FILE.bytes / 1_000_000} MB: split it by country.`;
  throw new DomainError('validation-failed', sentence);
}

function sentenceOf(plan: TaxPlan): string {
  const { inserted, updated, removed, unchanged } = countsOf(plan);
  const doubles = removed > 0 ? `, ${removed} older doubles removed` : '';
  return `${inserted} inserted, ${updated} updated, ${unchanged} unchanged${doubles}`;
}
