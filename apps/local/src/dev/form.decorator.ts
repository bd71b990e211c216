import { ContractPipe } from '@app/http';
import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { assertSameOrigin } from './same-origin.js';

interface FormRequest {
  headers: Record<string, string | undefined>;
  body: unknown;
}

const pipe = new ContractPipe();

/**
 * The fields of a form, as texts like those of a query, sent by a page of this console.
 *
 * @throws DomainError `forbidden`, `validation-failed`
 */
export const Form = createParamDecorator((dto: Type, context: ExecutionContext) => {
  const { headers, body } = context.switchToHttp().getRequest<FormRequest>();
  assertSameOrigin(headers);
  const fields = Object.fromEntries(new URLSearchParams(typeof body === 'string' ? body : ''));
  return pipe.transform(fields, { type: 'query', metatype: dto });
});
