import { DomainError, type FieldError } from '@app/kernel';
import { Injectable, ValidationPipe } from '@nestjs/common';
import * as transformerPackage from 'class-transformer';
import * as validatorPackage from 'class-validator';
import type { ValidationError } from 'class-validator';

/** Validates the payload of a command by its class; broken rules become `validation-failed`. */
@Injectable()
export class MessageValidationPipe extends ValidationPipe {
  constructor() {
    super({
      // Nest would import them by itself, later: in a bundle such an import of a CommonJS package has no named exports.
      validatorPackage,
      transformerPackage,
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) =>
        new DomainError('validation-failed', 'The message breaks a rule.', { errors: fieldErrors(errors) }),
    });
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
