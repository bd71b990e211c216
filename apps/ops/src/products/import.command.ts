import { basename } from 'node:path';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  type Counts,
  type FileFormat,
  openProductFile,
  ProductImportService,
  ProductsOperationsModule,
} from '../../../products/src/operations-app.module.js';
import { DoneInPart, told } from '../context/exit.js';
import { fileSize } from '../context/file-size.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ExportProductsCommand } from './export.command.js';
import { formatOf, parseFormat } from './file-format.js';
import { ImportProgress, total } from './import-progress.js';
import { RejectsFile } from './rejects-file.js';

interface Options {
  format?: FileFormat;
  dryRun?: true;
  rejects?: string;
}

@SubCommand({
  name: 'import',
  arguments: '<file>',
  argsDescription: { file: 'CSV with a header line, or NDJSON; the fields are those of POST /products' },
  description:
    'Insert or update products by sku; equal ones stay untouched, so an interrupted import is simply run again',
})
export class ImportProductsCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([file = '']: string[], { format = formatOf(file), dryRun, rejects }: Options): Promise<void> {
    const size = await fileSize(file);
    const [access, redisUrl, currency] = await Promise.all([
      this.place.database('products'),
      this.place.redisUrl(),
      this.place.currency(),
    ]);
    const source = openProductFile(file, format, currency);
    const rejected = new RejectsFile(rejects ?? `${file}.rejects.${format}`, source);
    await rejected.begin(file);
    const operator = await this.operator.name();
    const progress = new ImportProgress(size);
    const options = { format, file: basename(file), operator, dryRun: dryRun === true };
    const counts = await runWith(ProductsOperationsModule.forDatabase(access, redisUrl, currency), async (app) => {
      progress.begin();
      try {
        return await app.get(ProductImportService).run(source.lines(), {
          ...options,
          onReject: (line) => rejected.add(line),
          onProgress: (counts, bytes) => progress.show(counts, bytes),
        });
      } catch (error) {
        throw progress.madeChanges && dryRun !== true ? new DoneInPart(told(error), { cause: error }) : error;
      } finally {
        progress.end();
        await rejected.end();
      }
    }).catch((error: unknown) => {
      const counts = { ...progress.written, rejected: rejected.records };
      if (total(counts) > 0) this.output.say(`Before it broke off: ${sentenceOf(counts, dryRun)}.`);
      if (counts.rejected > 0) this.output.say(`${whereRejected(rejected)}.`);
      throw error;
    });
    const result = { ...counts, dry_run: dryRun === true, ...progress.figures(counts) };
    const rejectsFile = counts.rejected > 0 ? rejected.path : null;
    const { rows_per_second, peak_memory_mb } = result;
    const figures = `${rows_per_second} rows/s, peak memory ${peak_memory_mb} MB.`;
    await this.output.done(`${sentenceOf(counts, dryRun)}; ${figures}`, { ...result, rejects: rejectsFile });
    if (rejectsFile !== null) throw new DoneInPart(`${whereRejected(rejected)}: correct them and import that file.`);
  }

  @Option({ flags: '--format <csv|ndjson>', description: 'format of the file, if its extension does not show it' })
  format(text: string): FileFormat {
    return parseFormat(text);
  }

  @Option({
    flags: '--dry-run',
    description: 'only check and count; a new sku counts as new each time the file names it',
  })
  dryRun(): true {
    return true;
  }

  @Option({
    flags: '--rejects <path>',
    description: 'where the rejected records go (default FILE.rejects.csv or .ndjson)',
  })
  rejects(path: string): string {
    return path;
  }
}

@Command({
  name: 'products',
  description: 'The catalog as files',
  subCommands: [ImportProductsCommand, ExportProductsCommand],
})
export class ProductsCommand extends GroupCommand {}

function sentenceOf({ inserted, updated, unchanged, rejected }: Counts, dryRun: true | undefined): string {
  const conditional = dryRun === true ? 'It would be: ' : '';
  return `${conditional}${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected`;
}

function whereRejected({ path }: RejectsFile): string {
  return `The rejected records are in ${path}, with the reasons`;
}
