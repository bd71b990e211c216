import { ServiceConfig, TextVariable } from '@app/config';
import { PickType } from '@nestjs/swagger';

/** The environment contract of the function behind `$default`. */
export class FrontConfig extends PickType(ServiceConfig, [
  'STAGE',
  'LOG_LEVEL',
  'AWS_REGION',
  'AWS_ENDPOINT_URL',
  'CORS_ORIGINS',
  'DOCS',
] as const) {
  /** The services' HTTP functions: `users=function-name,products=function-name`. */
  @TextVariable({ pattern: /^(\w+=[\w-]+)(,\w+=[\w-]+)*$/, hint: 'must look like users=function-name' })
  HTTP_FUNCTIONS: string;
}
