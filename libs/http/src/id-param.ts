import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { currentContext, invalid } from '@app/kernel';
import { isUUID } from 'class-validator';
import { methodDocs } from './method-docs.js';

/** The largest id in a database column of type `int`. */
export const MAX_ID = 2_147_483_647;

/** In examples. */
export const EXAMPLE_UUID = '0d5f6c1e-6a3b-4f57-9a0e-3f2b8c1d4e5f';

/** Stands for the caller's own id in any path with a user. */
const ME = 'me';

@Injectable()
class IdPipe implements PipeTransform<string, number> {
  constructor(
    protected readonly name: string,
    private readonly allowed = `a whole number from 1 to ${MAX_ID}`,
  ) {}

  transform(value: string): number {
    const id = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN;
    if (id <= MAX_ID) return id;
    throw invalid(`{${this.name}}`, 'id', `${this.name} must be ${this.allowed}.`);
  }
}

@Injectable()
class UserIdPipe extends IdPipe {
  constructor(name: string) {
    super(name, `"${ME}" or a whole number from 1 to ${MAX_ID}`);
  }

  override transform(value: string): number {
    const { caller } = currentContext();
    return value === ME && caller ? caller.user_id : super.transform(value);
  }
}

const ID_SCHEMA = { type: 'integer', minimum: 1, maximum: MAX_ID };

/** Injects an id from the path; anything but a positive 32-bit integer is 422. */
export function IdParam(name: string): ParameterDecorator {
  return (target, key, index) => {
    Param(name, new IdPipe(name))(target, key, index);
    methodDocs(target, key, [ApiParam({ name, schema: ID_SCHEMA })]);
  };
}

@Injectable()
class UuidPipe implements PipeTransform<string, string> {
  constructor(private readonly name: string) {}

  transform(value: string): string {
    if (isUUID(value)) return value.toLowerCase();
    throw invalid(`{${this.name}}`, 'uuid', `${this.name} must be a UUID.`);
  }
}

/** Injects a UUID from the path, in small letters; anything else is 422. */
export function UuidParam(name: string): ParameterDecorator {
  const schema = { type: 'string', format: 'uuid', example: EXAMPLE_UUID };
  return (target, key, index) => {
    Param(name, new UuidPipe(name))(target, key, index);
    methodDocs(target, key, [ApiParam({ name, schema })]);
  };
}

/** Injects `user_id` from the path of a route that requires a role: an id, or `me` for the caller's own. */
export function UserIdParam(): ParameterDecorator {
  const name = 'user_id';
  const schema = { oneOf: [ID_SCHEMA, { type: 'string', enum: [ME] }] };
  return (target, key, index) => {
    Param(name, new UserIdPipe(name))(target, key, index);
    methodDocs(target, key, [ApiParam({ name, schema, description: `A user's id; \`${ME}\` is the caller's own.` })]);
  };
}
