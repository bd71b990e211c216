import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  type FileFormat,
  ProductExport,
  ProductsOperationsModule,
} from '../../../products/src/operations-app.module.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { parseFormat } from './file-format.js';

interface Options {
  format?: FileFormat;
  output?: string;
}

@SubCommand({ name: 'export', description: 'Write the products on sale, in a form that import takes' })
export class ExportProductsCommand extends CommandRunner {
  constructor(private readonly place: Place) {
    super();
  }

  override async run(_: string[], { format = 'csv', output }: Options): Promise<void> {
    const module = ProductsOperationsModule.forDatabase(
      await this.place.database('products'),
      await this.place.redisUrl(),
      await this.place.currency(),
    );
    const target = output === undefined ? process.stdout : createWriteStream(output);
    await runWith(module, async (app) => {
      try {
        await pipeline(app.get(ProductExport).stream(format), target);
      } catch (error) {
        // Whoever reads has seen enough, as `head` does.
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      }
    });
  }

  @Option({ flags: '--format <csv|ndjson>', description: 'default csv' })
  format(text: string): FileFormat {
    return parseFormat(text);
  }

  @Option({ flags: '--output <path>', description: 'a file instead of the standard output' })
  output(path: string): string {
    return path;
  }
}
