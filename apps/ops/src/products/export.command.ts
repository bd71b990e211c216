import { DomainError } from '@app/kernel';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  type FileFormat,
  ProductExportService,
  ProductsOperationsModule,
} from '../../../products/src/operations-app.module.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { parseFormat } from './file-format.js';

@SubCommand({ name: 'export', description: 'Write the products on sale, in a form that import takes' })
export class ExportProductsCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(
    _: string[],
    { format = this.output.json ? 'ndjson' : 'csv' }: { format?: FileFormat },
  ): Promise<void> {
    if (this.output.json && format === 'csv') {
      throw new DomainError('validation-failed', 'Give --json or --format csv, not both.');
    }
    this.output.assertMachineReadable();
    const module = ProductsOperationsModule.forDatabase(
      await this.place.database('products'),
      await this.place.redisUrl(),
      await this.place.currency(),
    );
    await runWith(module, (app) => this.output.stream(app.get(ProductExportService).stream(format)));
  }

  @Option({ flags: '--format <csv|ndjson>', description: 'default csv, with --json ndjson' })
  format(text: string): FileFormat {
    return parseFormat(text);
  }
}
