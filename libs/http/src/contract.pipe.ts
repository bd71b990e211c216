import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { DomainError, type FieldError } from '@app/kernel';
import { excerptOf } from './excerpt.js';
import type { ReadingOptions, SaysFor } from './field.js';
import { httpError } from './http-errors.js';
import { type DtoClass, gatherParameters, quickRead } from './quick-read.js';
import type { Reading } from './reading.js';

const MAX_ERRORS = 50;

/**
 * Turns a body or query into a validated DTO: `quickRead` handles valid values; class-validator handles the rest and
 * reports what is wrong. Unknown fields are errors; each error points to its field.
 */
@Injectable()
export class ContractPipe implements PipeTransform {
  /** `currency` (ISO 4217) applies to every amount; contracts without amounts do not need one. */
  constructor(private readonly currency?: string) {}

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !isDto(metatype)) return value;
    if (type === 'body' && value === undefined) throw httpError('malformed-request', 'Send a JSON body.');
    if (!isObject(value)) throw broken([{ pointer: '', code: 'object', message: 'The body must be a JSON object.' }]);
    const reading: Reading = { isText: type === 'query', currency: this.currency };
    const fields = reading.isText ? gatherParameters(metatype as DtoClass, value) : value;
    const quick = quickRead(metatype, fields, reading);
    if (quick) return quick;
    const unknown = Object.keys(fields).filter((name) => name in Object.prototype);
    if (unknown.length > 0) throw broken(unknown.map((name) => unknownField(pointerTo(type, [name]), name)));
    const excerpt = excerptOf(metatype, fields, MAX_ERRORS);
    const dto = plainToInstance(metatype, excerpt, { reading } as ReadingOptions) as object;
    const errors = validateSync(dto, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
    if (errors.length > 0) throw broken(new Findings(type, reading).of(errors));
    return dto;
  }
}

/** Turns class-validator's errors into those of a response. */
class Findings {
  constructor(
    private readonly type: 'body' | 'query',
    private readonly reading: Reading,
  ) {}

  of(errors: ValidationError[], parents: string[] = []): FieldError[] {
    return errors.slice(0, MAX_ERRORS).flatMap((error) => {
      const path = [...parents, error.property];
      const [own] = this.ownErrors(error, pointerTo(this.type, path));
      return own ? [own] : this.of(error.children ?? [], path);
    });
  }

  private ownErrors({ property, value, constraints, contexts }: ValidationError, pointer: string): FieldError[] {
    return Object.entries(constraints ?? {}).map(([code, said]) => {
      if (code === 'whitelistValidation') return unknownField(pointer, property);
      const { says } = (contexts?.[code] ?? {}) as { says?: SaysFor };
      const message = says ? `${property} ${says(this.reading)}.` : said;
      return value === undefined
        ? { pointer, code: 'required', message: `${property} is missing: it ${rest(message, property)}` }
        : { pointer, code, message };
    });
  }
}

function rest(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

function unknownField(pointer: string, name: string): FieldError {
  return { pointer, code: 'unknown-field', message: `${name.slice(0, 100)} is not a field of this request.` };
}

/** A JSON Pointer (RFC 6901) into a body, `?name` in a query. */
function pointerTo(type: 'body' | 'query', path: string[]): string {
  if (type === 'query') return `?${path.join('.')}`;
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function broken(errors: FieldError[]): DomainError {
  const first = errors[0]?.message ?? 'The request breaks a rule.';
  const detail = errors.length === 1 ? first : `${first} And ${errors.length - 1} more.`;
  return new DomainError('validation-failed', detail, { errors: errors.slice(0, MAX_ERRORS) });
}

function isDto(metatype: ArgumentMetadata['metatype']): metatype is NonNullable<typeof metatype> {
  return (
    metatype !== undefined && metatype !== Object && metatype !== String && metatype !== Number && metatype !== Array
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
