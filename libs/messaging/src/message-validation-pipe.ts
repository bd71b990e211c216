import { quickInstance } from '@app/events';
import { DomainError, type FieldError } from '@app/kernel';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';

const PLAIN_TYPES: readonly unknown[] = [undefined, Object, Array, String, Number, Boolean];

/**
 * Turns the payload of a command into a validated instance of its class; broken rules and unknown members become
 * `validation-failed`. Nest's own pipe would take a third of the time that `users.get` takes.
 */
@Injectable()
export class MessageValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || PLAIN_TYPES.includes(metatype)) return value;
    const contract = metatype as new () => object;
    const quick = typeof value === 'object' && value !== null ? quickInstance(contract, value) : undefined;
    if (quick) return quick;
    const payload = plainToInstance(contract, value ?? {});
    const errors =
      typeof payload === 'object' && !Array.isArray(payload)
        ? fieldErrors(
            validateSync(payload, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false }),
          )
        : [{ pointer: '', code: 'type', message: 'it must be an object' }];
    if (errors.length > 0) throw new DomainError('validation-failed', 'The message breaks a rule.', { errors });
    return payload;
  }
}

function fieldErrors(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.entries(constraints ?? {}).map(([code, message]) => ({ pointer, code: kebab(code), message }));
    return [...own, ...fieldErrors(children ?? [], pointer)];
  });
}

function kebab(code: string): string {
  return code.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
