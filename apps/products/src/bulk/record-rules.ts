import { ContractPipe } from '@app/http';
import { DomainError } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { CreateProductDto } from '../catalog/dto/create-product.dto.js';
import type { ProductLine } from './bulk.repository.js';
import { FILE_CURRENCY, type FileFormat, type SourceLine } from './product-file.js';

export interface Rejected {
  line: SourceLine;
  reason: string;
}

/** A file outlives the ids of one platform. */
const IDS_REFUSED = 'category_ids is not part of a file: put products into categories by PUT /products/{product_id}.';

/** Applies the rules of POST /products to the records of a file. */
@Injectable()
export class RecordRules {
  private readonly contract: ContractPipe;

  constructor(@Inject(FILE_CURRENCY) currency: string) {
    this.contract = new ContractPipe(currency);
  }

  /** Returns the product in a record, or why the record is rejected. */
  read(line: SourceLine, format: FileFormat): ProductLine | Rejected {
    const { fields, problem } = line;
    if (!fields) return { line, reason: problem ?? 'The line cannot be read.' };
    if ('category_ids' in fields) return { line, reason: IDS_REFUSED };
    try {
      // In CSV every value is text, as in a query.
      const type = format === 'csv' ? 'query' : 'body';
      return this.contract.transform(fields, { type, metatype: CreateProductDto }) as CreateProductDto;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { line, reason: error.errors?.map(({ message }) => message).join(' ') ?? error.message };
    }
  }
}
