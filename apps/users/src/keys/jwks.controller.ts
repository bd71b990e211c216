import { Public } from '@app/auth';
import { RequestPriority } from '@app/http';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { JSONWebKeySet } from 'jose';
import { SigningKeys } from './signing-keys.js';

@ApiTags('auth')
@Controller('.well-known')
@Public()
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  @Get('jwks.json')
  @RequestPriority('critical')
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({
    summary: 'The public keys that verify access tokens (RFC 7517)',
    description: 'Keep them for five minutes at most, and ask again when a token names a key that is not among them.',
  })
  @ApiOkResponse({
    schema: {
      type: 'object',
      required: ['keys'],
      properties: { keys: { type: 'array', items: { type: 'object', additionalProperties: { type: 'string' } } } },
    },
  })
  jwks(): Promise<JSONWebKeySet> {
    return this.keys.keys();
  }
}
