import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalid } from '@app/kernel';
import { methodDocs } from './method-docs.js';

/** The largest id a database column of type `int` holds. */
export const MAX_ID = 2_147_483_647;

@Injectable()
class IdPipe implements PipeTransform<string, number> {
  constructor(private readonly name: string) {}

  transform(value: string): number {
    const id = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN;
    if (id <= MAX_ID) return id;
    throw invalid(`{${this.name}}`, 'id', `${this.name} must be a whole number from 1 to ${MAX_ID}.`);
  }
}

/** Injects a path parameter that is an id; anything but a positive 32-bit integer is 422. */
export function IdParam(name: string): ParameterDecorator {
  return (target, key, index) => {
    Param(name, new IdPipe(name))(target, key, index);
    methodDocs(target, key, [ApiParam({ name, schema: { type: 'integer', minimum: 1, maximum: MAX_ID } })]);
  };
}
