import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { IsInt, IsPositive } from 'class-validator';
import type { JSONWebKeySet } from 'jose';
import { SigningKeys } from '../keys/signing-keys.js';
import { UsersService } from './users.service.js';

export class GetUserCommand {
  @IsInt()
  @IsPositive()
  user_id: number;
}

/** The commands that other services send to this one. */
@Controller()
export class UsersCommandsController {
  constructor(
    private readonly users: UsersService,
    private readonly keys: SigningKeys,
  ) {}

  @MessagePattern('users.get')
  get(@Payload() { user_id }: GetUserCommand): Promise<object> {
    return this.users.identify(user_id);
  }

  @MessagePattern('users.keys')
  getKeys(): Promise<JSONWebKeySet> {
    return this.keys.keys();
  }
}
