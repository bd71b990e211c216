import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DomainError } from '@app/kernel';
import { SingleBar } from 'cli-progress';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  type Counts,
  type FileFormat,
  ProductImport,
  ProductsOperationsModule,
  readProducts,
} from '../../../products/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ExportProductsCommand } from './export.command.js';
import { formatOf, parseFormat } from './file-format.js';
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
  ) {
    super();
  }

  override async run([file = '']: string[], { format = formatOf(file), dryRun, rejects }: Options): Promise<void> {
    const size = await sizeOf(file);
    const module = ProductsOperationsModule.forDatabase(
      await this.place.database('products'),
      await this.place.redisUrl(),
      await this.place.currency(),
    );
    const rejected = new RejectsFile(rejects ?? `${file}.rejects.ndjson`);
    await rejected.begin();
    const operator = await this.operator.name();
    const bar = new SingleBar({
      format: '{bar} {percentage} % | {rows} rows, {rate}/s',
      hideCursor: true,
      // Where nobody watches, a line every ten seconds.
      noTTYOutput: true,
      notTTYSchedule: 10_000,
    });
    const began = performance.now();
    const rate = (counts: Counts) => Math.round(total(counts) / ((performance.now() - began) / 1_000));
    await runWith(module, async (app) => {
      bar.start(size, 0, { rows: 0, rate: 0 });
      try {
        const counts = await app.get(ProductImport).run(readProducts(file, format), {
          format,
          file: basename(file),
          operator,
          dryRun: dryRun === true,
          onReject: (line) => rejected.add(line),
          onProgress: (counts, bytes) => bar.update(bytes, { rows: total(counts), rate: rate(counts) }),
        });
        bar.update(size, { rows: total(counts), rate: rate(counts) });
        bar.stop();
        tell(counts, dryRun === true, rate(counts), rejected.path);
      } finally {
        bar.stop();
        await rejected.end();
      }
    });
  }

  @Option({ flags: '--format <csv|ndjson>', description: 'what the file holds, where its name does not say so' })
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

  @Option({ flags: '--rejects <path>', description: 'where the rejected lines go (default FILE.rejects.ndjson)' })
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

const total = ({ inserted, updated, unchanged, rejected }: Counts): number => inserted + updated + unchanged + rejected;

function tell(counts: Counts, dryRun: boolean, rate: number, rejects: string): void {
  const { inserted, updated, unchanged, rejected } = counts;
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(
    `${dryRun ? 'It would be: ' : ''}${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected; ` +
      `${rate} rows/s, peak memory ${peakMb} MB.`,
  );
  if (rejected > 0) console.log(`The rejected lines and why are in ${rejects}.`);
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch {
    // Below.
  }
  throw new DomainError('validation-failed', `There is no file ${file}.`);
}
